import type { JsonObject } from '../json.ts';
import { named, rawChannel } from './raw-channel.ts';
import { permalink, rawMessage } from './raw-message.ts';
import { nextTs, type Channel, type Message, type Pin, type Workspace } from './workspace.ts';

/** What Slack sends to an app when something happens in a workspace (docs.slack.dev/reference/events). */

export function channelCreated(workspace: Workspace, channel: Channel): JsonObject {
  return { type: 'channel_created', channel: rawChannel(workspace, channel), event_ts: nextTs() };
}

export function channelRenamed(channel: Channel): JsonObject {
  return { type: `${family(channel)}_rename`, channel: named(channel), event_ts: nextTs() };
}

export function channelArchived(channel: Channel, user: string): JsonObject {
  return { type: `${family(channel)}_archive`, channel: channel.id, user, is_moved: 0, event_ts: nextTs() };
}

export function channelUnarchived(channel: Channel, user: string): JsonObject {
  return { type: `${family(channel)}_unarchive`, channel: channel.id, user, event_ts: nextTs() };
}

export function channelDeleted(channel: Channel, by: string): JsonObject {
  return {
    type: `${family(channel)}_deleted`,
    channel: channel.id,
    actor_id: by,
    event_ts: nextTs(),
    ...(channel.private ? { date_deleted: Math.floor(Date.now() / 1000) } : {}),
  };
}

/** Of the bot itself: Slack tells nobody who left that they left by `member_left_channel`. */
export function channelLeft(channel: Channel, by: string): JsonObject {
  return { type: `${family(channel)}_left`, channel: channel.id, actor_id: by, event_ts: nextTs() };
}

export function memberJoined(workspace: Workspace, channel: Channel, user: string, inviter: string | null): JsonObject {
  return {
    type: 'member_joined_channel',
    ...member(workspace, channel, user),
    ...(inviter === null ? {} : { inviter }),
  };
}

export function memberLeft(workspace: Workspace, channel: Channel, user: string): JsonObject {
  return { type: 'member_left_channel', ...member(workspace, channel, user) };
}

export function messagePosted(workspace: Workspace, channel: Channel, message: Message): JsonObject {
  return { ...rawMessage(workspace, message), ...foreign(workspace, message), ...where(channel), event_ts: message.ts };
}

export function mentioned(workspace: Workspace, channel: Channel, message: Message): JsonObject {
  const raw = { ...rawMessage(workspace, message), ...foreign(workspace, message) };
  return { ...raw, type: 'app_mention', channel: channel.id, event_ts: message.ts };
}

export function messageChanged(
  workspace: Workspace,
  channel: Channel,
  { before, after }: { before: JsonObject; after: Message },
): JsonObject {
  const ts = nextTs();
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    message: rawMessage(workspace, after),
    previous_message: before,
    ...where(channel),
    ts,
    event_ts: ts,
  };
}

export function messageDeleted(channel: Channel, before: JsonObject): JsonObject {
  const ts = nextTs();
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: before['ts'],
    previous_message: before,
    ...where(channel),
    ts,
    event_ts: ts,
  };
}

export function reactionChanged(
  change: 'reaction_added' | 'reaction_removed',
  message: Message,
  { name, by }: { name: string; by: string },
): JsonObject {
  return {
    type: change,
    user: by,
    reaction: name,
    item: { type: 'message', channel: message.channel, ts: message.ts },
    item_user: message.author,
    event_ts: nextTs(),
  };
}

export function pinChanged(
  change: 'pin_added' | 'pin_removed',
  workspace: Workspace,
  { message, pin, by }: { message: Message; pin: Pin; by: string },
): JsonObject {
  const count = workspace.pins.filter((each) => each.channel === message.channel).length;
  const at = Math.floor(pin.at.getTime() / 1000);
  return {
    type: change,
    user: by,
    channel_id: message.channel,
    item: pinnedItem(workspace, message, pin),
    item_user: message.author,
    pin_count: String(count),
    pinned_info: { channel: message.channel, pinned_by: pin.by, pinned_ts: at },
    event_ts: nextTs(),
    ...(change === 'pin_removed' ? { has_pins: count > 0 } : {}),
  };
}

export function pinnedItem(workspace: Workspace, message: Message, pin: Pin): JsonObject {
  return {
    type: 'message',
    channel: message.channel,
    created: Math.floor(pin.at.getTime() / 1000),
    created_by: pin.by,
    message: { ...rawMessage(workspace, message), permalink: permalink(workspace, message) },
  };
}

function family({ private: hidden }: Channel): 'channel' | 'group' {
  return hidden ? 'group' : 'channel';
}

function where(channel: Channel): JsonObject {
  return { channel: channel.id, channel_type: channel.direct ? 'im' : family(channel) };
}

function member(workspace: Workspace, channel: Channel, user: string): JsonObject {
  return {
    user,
    channel: channel.id,
    channel_type: channel.private ? 'G' : 'C',
    team: workspace.people.find((person) => person.id === user)?.teamId ?? workspace.team.id,
    event_ts: nextTs(),
  };
}

/** A message of another organisation names both. */
function foreign(workspace: Workspace, { author }: Message): JsonObject {
  const person = workspace.people.find((each) => each.id === author);
  if (person === undefined || person.teamId === workspace.team.id) return {};
  return { team: person.teamId, user_team: person.teamId, source_team: person.teamId };
}
