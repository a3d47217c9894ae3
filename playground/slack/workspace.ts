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
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  /** Id of a person or of the bot's user; `slackbot` for what Slack itself says. */
  readonly author: string;
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly threadTs: string | null;
  /** Id of the only person who sees it; null for everybody in the channel. */
  readonly onlyFor: string | null;
  readonly edited: boolean;
  readonly at: Date;
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
  readonly channels: readonly Channel[];
  /** In the order in which they arrived. */
  readonly messages: Message[];
  /** By person. */
  readonly homes: Map<string, View>;
  /** By person, the top one last. */
  readonly modals: Map<string, readonly View[]>;
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

export function addMessage(workspace: Workspace, message: Message): Message {
  workspace.messages.push(message);
  workspace.changes.emit('changed');
  return message;
}

export function replaceMessage(
  workspace: Workspace,
  { channel, ts }: { channel: string; ts: string },
  change: Partial<Message>,
): void {
  const at = workspace.messages.findIndex((each) => each.channel === channel && each.ts === ts);
  const message = workspace.messages[at];
  if (message === undefined) return;
  workspace.messages[at] = { ...message, ...change };
  workspace.changes.emit('changed');
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
  addMessage(workspace, {
    ts: nextTs(),
    channel,
    author: 'slackbot',
    text,
    blocks: [],
    threadTs: null,
    onlyFor: person,
    edited: false,
    at: new Date(),
  });
}
