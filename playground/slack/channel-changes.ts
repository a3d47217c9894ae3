import { randomInt } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import {
  channelArchived,
  channelCreated,
  channelDeleted,
  channelLeft,
  channelRenamed,
  channelUnarchived,
  memberJoined,
  memberLeft,
  messagePosted,
} from './event-shapes.ts';
import { removePins } from './pins.ts';
import { addMessage, type Channel, type Workspace } from './workspace.ts';

/** Changes of channels, whoever makes them: each gives the events that the app may see, in Slack's order. */
export type Events = readonly JsonObject[];

interface Changed {
  readonly channel: Channel;
  readonly events: Events;
}

export function createChannel(
  workspace: Workspace,
  { name, private: hidden, by }: { name: string; private: boolean; by: string },
): Changed {
  const channel: Channel = {
    id: newId('C'),
    name,
    topic: '',
    people: [],
    bot: false,
    direct: false,
    private: hidden,
    archived: false,
    creator: by,
    created: new Date(),
  };
  workspace.channels.push(channel);
  const joined = joinChannel(workspace, channel, { user: by, inviter: null });
  // Of a private channel nobody is told who is not in it.
  const created = hidden ? [] : [channelCreated(workspace, channel)];
  return { channel: joined.channel, events: [...created, ...joined.events] };
}

export function renameChannel(workspace: Workspace, before: Channel, name: string, by: string): Changed {
  const channel = replace(workspace, { ...before, name });
  const text = `<@${by}> has renamed the channel from "${before.name}" to "${name}"`;
  const told = notice(workspace, channel, by, text, { subtype: 'channel_name', old_name: before.name, name });
  return { channel, events: [...lifecycle(channel, channelRenamed(channel)), ...told] };
}

export function setTopic(workspace: Workspace, before: Channel, topic: string, by: string): Changed {
  const channel = replace(workspace, { ...before, topic });
  const text = topic === '' ? `<@${by}> cleared the channel topic` : `<@${by}> set the channel topic: ${topic}`;
  return { channel, events: notice(workspace, channel, by, text, { subtype: 'channel_topic', topic }) };
}

/** Slack puts bots out of what is archived: they can no longer read there, and are not back when it is unarchived. */
export function archiveChannel(workspace: Workspace, before: Channel, by: string): Changed {
  const text = `<@${by}> archived the channel`;
  const told = notice(workspace, before, by, text, { subtype: 'channel_archive' });
  const events = [...lifecycle(before, channelArchived(before, by)), ...told];
  return { channel: replace(workspace, { ...before, archived: true, bot: false }), events };
}

export function unarchiveChannel(workspace: Workspace, before: Channel, by: string): Changed {
  const people = before.people.includes(by) ? before.people : [...before.people, by];
  const channel = replace(workspace, { ...before, archived: false, people });
  const text = `<@${by}> un-archived the channel`;
  const told = notice(workspace, channel, by, text, { subtype: 'channel_unarchive' });
  return { channel, events: [...lifecycle(channel, channelUnarchived(channel, by)), ...told] };
}

export function deleteChannel(workspace: Workspace, channel: Channel, by: string): Events {
  workspace.channels.splice(workspace.channels.indexOf(channel), 1);
  workspace.messages.splice(0, Infinity, ...workspace.messages.filter((message) => message.channel !== channel.id));
  removePins(workspace, (pin) => pin.channel === channel.id);
  return lifecycle(channel, channelDeleted(channel, by));
}

export function joinChannel(
  workspace: Workspace,
  before: Channel,
  { user, inviter }: { user: string; inviter: string | null },
): Changed {
  const isBot = user === workspace.app.botUser;
  if (isBot ? before.bot : before.people.includes(user)) return { channel: before, events: [] };
  const channel = replace(
    workspace,
    isBot ? { ...before, bot: true } : { ...before, people: [...before.people, user] },
  );
  const details = { subtype: 'channel_join', ...(inviter === null ? {} : { inviter }) };
  const told = notice(workspace, channel, user, `<@${user}> has joined the channel`, details);
  return { channel, events: [...seenByMembers(channel, memberJoined(workspace, channel, user, inviter)), ...told] };
}

export function leaveChannel(
  workspace: Workspace,
  before: Channel,
  { user, by }: { user: string; by: string },
): Changed {
  const isBot = user === workspace.app.botUser;
  if (isBot ? !before.bot : !before.people.includes(user)) return { channel: before, events: [] };
  const people = before.people.filter((each) => each !== user);
  const channel = replace(workspace, isBot ? { ...before, bot: false } : { ...before, people });
  const left = isBot ? [channelLeft(channel, by)] : seenByMembers(channel, memberLeft(workspace, channel, user));
  const told = notice(workspace, channel, user, `<@${user}> has left the channel`, { subtype: 'channel_leave' });
  return { channel, events: [...left, ...told] };
}

export function newId(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return letter + Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
}

function replace(workspace: Workspace, channel: Channel): Channel {
  const at = workspace.channels.findIndex((each) => each.id === channel.id);
  workspace.channels[at] = channel;
  workspace.changes.emit('changed');
  return channel;
}

function notice(workspace: Workspace, channel: Channel, author: string, text: string, details: JsonObject): Events {
  const message = addMessage(workspace, { channel: channel.id, author, text, notice: details });
  return seenByMembers(channel, messagePosted(workspace, channel, message));
}

function seenByMembers(channel: Channel, event: JsonObject): Events {
  return channel.bot ? [event] : [];
}

/** Every app is told what becomes of a public channel. */
function lifecycle(channel: Channel, event: JsonObject): Events {
  return channel.private ? seenByMembers(channel, event) : [event];
}
