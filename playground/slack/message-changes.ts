import type { JsonObject } from '../json.ts';
import type { Events } from './channel-changes.ts';
import {
  mentioned,
  messageChanged,
  messageDeleted,
  messagePosted,
  pinChanged,
  reactionChanged,
} from './event-shapes.ts';
import { addPin, removePins } from './pins.ts';
import { rawMessage, repliesTo } from './raw-message.ts';
import {
  addMessage,
  channelOf,
  nextTs,
  removeMessage,
  replaceMessage,
  type Channel,
  type Message,
  type NewMessage,
  type Workspace,
} from './workspace.ts';

/** Changes of messages, whoever makes them: each gives the events that the app may see. */

export function postMessage(workspace: Workspace, fields: NewMessage): { message: Message; events: Events } {
  const message = addMessage(workspace, fields);
  const mentions = message.text.includes(`<@${workspace.app.botUser}>`) && message.author !== workspace.app.botUser;
  const events = seenIn(workspace, message, (channel) => [
    messagePosted(workspace, channel, message),
    ...(mentions && !channel.direct ? [mentioned(workspace, channel, message)] : []),
  ]);
  return { message, events };
}

export function editMessage(workspace: Workspace, old: Message, fields: Partial<Message>): Events {
  return change(workspace, old, { ...fields, edited: nextTs() });
}

/** The first message of a thread leaves a stone behind; all others are gone. */
export function deleteMessage(workspace: Workspace, old: Message): Events {
  const before = rawMessage(workspace, old);
  removePins(workspace, (pin) => pin.channel === old.channel && pin.ts === old.ts);
  if (repliesTo(workspace, old).length > 0) {
    return change(workspace, old, {
      author: 'USLACKBOT',
      text: 'This message was deleted.',
      blocks: [],
      files: [],
      reactions: [],
      metadata: null,
      notice: { subtype: 'tombstone', hidden: true },
    });
  }
  removeMessage(workspace, old);
  return seenIn(workspace, old, (channel) => [messageDeleted(channel, before)]);
}

/** Null when they already had. */
export function addReaction(workspace: Workspace, old: Message, reaction: ReactionFields): Events | null {
  const { name, by } = reaction;
  const given = old.reactions.find((each) => each.name === name);
  if (given?.users.includes(by)) return null;
  const reactions =
    given === undefined
      ? [...old.reactions, { name, users: [by] }]
      : old.reactions.map((each) => (each === given ? { name, users: [...each.users, by] } : each));
  replaceMessage(workspace, old, { reactions });
  return seenIn(workspace, old, () => [reactionChanged('reaction_added', old, reaction)]);
}

/** Null when they had not. */
export function removeReaction(workspace: Workspace, old: Message, reaction: ReactionFields): Events | null {
  const { name, by } = reaction;
  if (!old.reactions.some((each) => each.name === name && each.users.includes(by))) return null;
  const reactions = old.reactions
    .map((each) => (each.name === name ? { name, users: each.users.filter((user) => user !== by) } : each))
    .filter((each) => each.users.length > 0);
  replaceMessage(workspace, old, { reactions });
  return seenIn(workspace, old, () => [reactionChanged('reaction_removed', old, reaction)]);
}

/** Null when it already was. */
export function pinMessage(workspace: Workspace, message: Message, by: string): Events | null {
  if (pinOf(workspace, message) !== undefined) return null;
  const pin = { channel: message.channel, ts: message.ts, by, at: new Date() };
  addPin(workspace, pin);
  return seenIn(workspace, message, () => [pinChanged('pin_added', workspace, { message, pin, by })]);
}

/** Null when it was not. */
export function unpinMessage(workspace: Workspace, message: Message, by: string): Events | null {
  const pin = pinOf(workspace, message);
  if (pin === undefined) return null;
  removePins(workspace, (each) => each === pin);
  return seenIn(workspace, message, () => [pinChanged('pin_removed', workspace, { message, pin, by })]);
}

export function pinOf(workspace: Workspace, { channel, ts }: Message) {
  return workspace.pins.find((pin) => pin.channel === channel && pin.ts === ts);
}

interface ReactionFields {
  readonly name: string;
  readonly by: string;
}

function change(workspace: Workspace, old: Message, fields: Partial<Message>): Events {
  const before = rawMessage(workspace, old);
  const after = replaceMessage(workspace, old, fields) ?? old;
  return seenIn(workspace, old, (channel) => [messageChanged(workspace, channel, { before, after })]);
}

function seenIn(workspace: Workspace, message: Message, events: (channel: Channel) => readonly JsonObject[]): Events {
  const channel = channelOf(workspace, message.channel);
  return channel?.bot && message.onlyFor === null ? events(channel) : [];
}
