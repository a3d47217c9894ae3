import { textOf, type JsonObject } from '../../json.ts';
import type { Events } from '../channel-changes.ts';
import { channelOf, messageAt, type Channel, type Message, type Person, type Workspace } from '../workspace.ts';
import type { Uploads } from './uploads.ts';

/** What methods have at hand. */
export interface Front {
  readonly workspace: Workspace;
  /** Whether the bot's token has a scope. */
  readonly can: (scope: string) => boolean;
  /** Sends what the bot's own call caused; nobody waits for it, as the app may wait for the call. */
  readonly tell: (events: Events) => void;
  /** What is illegal in blocks. */
  readonly problems: (payload: JsonObject) => readonly string[];
  readonly uploads: Uploads;
}

export interface Method {
  /** One of them must be granted; none: any token will do. */
  readonly scopes: readonly string[];
  /** The answer without its `ok`; throws `Refused`. */
  readonly answer: (front: Front, args: JsonObject) => JsonObject;
}

/** Slack's own word for why it does not. */
export class Refused extends Error {
  readonly more: JsonObject;

  constructor(error: string, more: JsonObject = {}) {
    super(error);
    this.more = more;
  }
}

/** What a call about one kind of conversation needs: that a token has `channels:read` does not open private channels. */
export function requireScope(front: Front, channel: Channel, use: 'read' | 'history'): void {
  const scope = `${channel.direct ? 'im' : channel.private ? 'groups' : 'channels'}:${use}`;
  if (!front.can(scope)) throw new Refused('missing_scope', { needed: scope });
}

/** By id. */
export function personMeant({ workspace }: Front, id: unknown): Person {
  const person = workspace.people.find((each) => each.id === id);
  if (person === undefined) throw new Refused('user_not_found');
  return person;
}

/** By id, as far as the bot may know: a private channel without it might as well not exist. */
export function channelById({ workspace }: Front, id: unknown): Channel {
  const channel = workspace.channels.find((each) => each.id === id);
  if (channel === undefined || (channel.private && !channel.bot)) throw new Refused('channel_not_found');
  return channel;
}

/** Where the bot may write or leave its mark. */
export function channelToWrite({ workspace, can }: Front, id: unknown, { unasked = false } = {}): Channel {
  const channel = workspace.channels.find((each) => each.id === id);
  if (channel === undefined) throw new Refused('channel_not_found');
  if (channel.archived) throw new Refused('is_archived');
  if (channel.bot) return channel;
  if (channel.private) throw new Refused('channel_not_found');
  if (!unasked || !can('chat:write.public')) throw new Refused('not_in_channel');
  return channel;
}

/** New messages go to names and people, too. */
export function idOfPlace({ workspace }: Front, named: unknown): string | undefined {
  const person = workspace.people.find(({ id }) => id === named);
  return person?.directChannel ?? channelOf(workspace, textOf(named))?.id;
}

/** Public channels and those the bot is in can be read, but only by a member. */
export function channelToRead(front: Front, id: unknown, use: 'read' | 'history' = 'history'): Channel {
  const channel = channelById(front, id);
  requireScope(front, channel, use);
  if (!channel.bot) throw new Refused('not_in_channel');
  return channel;
}

export function messageIn({ workspace }: Front, channel: Channel, ts: unknown): Message {
  const message = messageAt(workspace, { channel: channel.id, ts: textOf(ts) });
  if (message === undefined) throw new Refused('message_not_found');
  return message;
}
