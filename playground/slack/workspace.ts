import type { EventEmitter } from 'node:events';
import type { JsonObject } from '../json.ts';

/** `external`: of another organisation, here through Slack Connect. */
type Membership = 'member' | 'guest' | 'external';

export interface PersonSeed {
  /** Handle, unique. */
  readonly name: string;
  readonly realName: string;
  /** IANA name. */
  readonly timezone: string;
  readonly membership: Membership;
  /** Of the workspace; absent: not. */
  readonly admin?: boolean;
}

export interface ChannelSeed {
  readonly name: string;
  readonly topic: string;
  /** Handles; absent: every full member. */
  readonly people?: readonly string[];
  /** Whether somebody has invited the bot. */
  readonly bot: boolean;
  /** Absent: everybody may see it. */
  readonly private?: boolean;
}

export interface Person extends PersonSeed {
  readonly id: string;
  readonly teamId: string;
  /** Of the direct messages with the bot. */
  readonly directChannel: string;
}

export interface Channel {
  readonly id: string;
  /** Without `#`; for direct messages the bot's name. */
  readonly name: string;
  readonly topic: string;
  /** Ids of people. */
  readonly people: readonly string[];
  readonly bot: boolean;
  readonly direct: boolean;
  readonly private: boolean;
  readonly archived: boolean;
  /** Id of a person or of the bot's user. */
  readonly creator: string;
  readonly created: Date;
}

export interface Reaction {
  /** Without colons. */
  readonly name: string;
  /** Ids, in the order in which they reacted. */
  readonly users: readonly string[];
}

export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** As UTF-8. */
  readonly text: string;
  readonly size: number;
}

export interface Pin {
  readonly channel: string;
  readonly ts: string;
  readonly by: string;
  readonly at: Date;
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  /** Id of a person or of the bot's user; `slackbot` for what Slack itself says. */
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly threadTs: string | null;
  /** Said in a thread, and shown in the channel too. */
  readonly broadcast: boolean;
  /** Id of the only person who sees it; null for everybody in the channel. */
  readonly onlyFor: string | null;
  /** The ts of the last edit. */
  readonly edited: string | null;
  readonly at: Date;
  /** `{ subtype: 'channel_topic', topic }`: what Slack writes of a happening; null for what somebody wrote. */
  readonly notice: JsonObject | null;
  /** What the app keeps with its own message. */
  readonly metadata: JsonObject | null;
  readonly reactions: readonly Reaction[];
  readonly files: readonly SharedFile[];
}

/** What is left out is as in a message that was just written to everybody. */
export type NewMessage = Pick<Message, 'channel' | 'author' | 'text'> & Partial<Message>;

/** Of people: what Slack calls a user group. */
export interface Group {
  readonly id: string;
  /** Without its `@`. */
  readonly handle: string;
  /** Ids, in the order in which they came. */
  readonly people: readonly string[];
  /** Null: it is not. */
  readonly disabled: Date | null;
  readonly created: Date;
  readonly updated: Date;
}

export interface View {
  readonly id: string;
  readonly type: 'home' | 'modal';
  readonly person: string;
  readonly blocks: readonly JsonObject[];
  /** As Slack sends it to the app. */
  readonly raw: JsonObject;
}

/** What everybody sees. The emulator behind it answers the bot's calls; this also holds what it cannot. */
export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: { readonly id: string; readonly name: string; readonly botId: string; readonly botUser: string };
  readonly people: readonly Person[];
  readonly channels: Channel[];
  readonly groups: Group[];
  /** In the order in which they arrived. */
  readonly messages: Message[];
  /** In the order in which they were pinned. */
  readonly pins: Pin[];
  /** By person. */
  readonly homes: Map<string, View>;
  /** By person, the top one last. */
  readonly modals: Map<string, readonly View[]>;
  /** When somebody does not want to be disturbed, by person. */
  readonly dnd: Map<string, { readonly from: Date; readonly to: Date }>;
  /** People who have left. */
  readonly deactivated: Set<string>;
  /** What the bot says it is doing, by channel. */
  readonly statuses: Map<string, string>;
  /** Emits `changed`. */
  readonly changes: EventEmitter<{ changed: [] }>;
}

export function personOf(workspace: Workspace, nameOrId: string): Person {
  const person = workspace.people.find((each) => each.id === nameOrId || each.name === nameOrId);
  if (person === undefined) throw new Error(`No person ${nameOrId} in this workspace.`);
  return person;
}

export function channelOf(workspace: Workspace, nameOrId: string): Channel | undefined {
  const name = nameOrId.replace(/^#/, '');
  return workspace.channels.find((each) => each.id === name || (!each.direct && each.name === name));
}

/** What one person sees of a channel. */
export function messagesFor(workspace: Workspace, channel: string, viewer: string): readonly Message[] {
  return workspace.messages.filter(
    (message) => message.channel === channel && (message.onlyFor === null || message.onlyFor === viewer),
  );
}

/** Oldest pin first. */
export function pinned(workspace: Workspace, channel: string): readonly Message[] {
  const id = channelOf(workspace, channel)?.id;
  return workspace.pins
    .filter((pin) => pin.channel === id)
    .flatMap((pin) => messageAt(workspace, { channel: pin.channel, ts: pin.ts }) ?? []);
}

/** Of what everybody sees. */
export function messageAt(workspace: Workspace, { channel, ts }: { channel: string; ts: string }): Message | undefined {
  return workspace.messages.find((each) => each.channel === channel && each.ts === ts && each.onlyFor === null);
}

export function addMessage(workspace: Workspace, fields: NewMessage): Message {
  const message: Message = {
    ts: nextTs(),
    blocks: [],
    threadTs: null,
    broadcast: false,
    onlyFor: null,
    edited: null,
    at: new Date(),
    notice: null,
    metadata: null,
    reactions: [],
    files: [],
    ...fields,
  };
  workspace.messages.push(message);
  workspace.changes.emit('changed');
  return message;
}

export function replaceMessage(
  workspace: Workspace,
  { channel, ts }: { channel: string; ts: string },
  change: Partial<Message>,
): Message | undefined {
  const at = workspace.messages.findIndex((each) => each.channel === channel && each.ts === ts);
  const message = workspace.messages[at];
  if (message === undefined) return undefined;
  const changed = { ...message, ...change };
  workspace.messages[at] = changed;
  workspace.changes.emit('changed');
  return changed;
}

export function removeMessage(workspace: Workspace, { channel, ts }: { channel: string; ts: string }): void {
  const at = workspace.messages.findIndex((each) => each.channel === channel && each.ts === ts);
  if (at === -1) return;
  workspace.messages.splice(at, 1);
  workspace.changes.emit('changed');
}

let lastTs = 0;

/** Unique and rising, like Slack's: seconds with six decimals. */
export function nextTs(): string {
  lastTs = Math.max(lastTs + 1, Date.now() * 1000);
  return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
}

/** What Slack itself says to one person. */
export function tellFailure(workspace: Workspace, channel: string, person: string, text: string): void {
  addMessage(workspace, { channel, author: 'slackbot', text, onlyFor: person });
}
