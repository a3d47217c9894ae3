import { isObject, objectsOf, parseObject, textOf, type JsonObject } from '../json.ts';
import { withBlockIds } from './block-ids.ts';
import { openModal, pushModal, updateModal, viewOf } from './modals.ts';
import {
  addMessage,
  channelOf,
  removeMessage,
  replaceMessage,
  type Channel,
  type Person,
  type Workspace,
} from './workspace.ts';

export interface Call {
  readonly method: string;
  readonly args: JsonObject;
  readonly status: number;
  readonly response: JsonObject;
  readonly at: Date;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: JsonObject;
}

/** Methods that the emulator does not have: accepted, and remembered as far as somebody sees them. */
const stubs: Readonly<Record<string, (workspace: Workspace, args: JsonObject) => JsonObject>> = {
  'assistant.threads.setSuggestedPrompts': () => ({ ok: true }),
  'assistant.threads.setTitle': () => ({ ok: true }),
  'assistant.threads.setStatus': (workspace, args) => {
    const channel = textOf(args['channel_id']);
    const status = textOf(args['status']);
    if (status === '') workspace.statuses.delete(channel);
    else workspace.statuses.set(channel, status);
    workspace.changes.emit('changed');
    return { ok: true };
  },
};

/** What Slack refuses and the emulator would let pass; null when it may go on. */
export function refuse(
  workspace: Workspace,
  {
    method,
    args,
    problems,
  }: { method: string; args: JsonObject; problems: (payload: JsonObject) => readonly string[] },
): JsonObject | null {
  const writes = method === 'chat.postMessage' || method === 'chat.update' || method === 'chat.postEphemeral';
  if (writes) {
    const illegal = problems(args);
    if (illegal.length > 0) return { ok: false, error: 'invalid_blocks', response_metadata: { messages: illegal } };
  }
  if (method.startsWith('views.') && isObject(args['view'])) {
    const illegal = problems(args['view']);
    if (illegal.length > 0) return { ok: false, error: 'invalid_arguments', response_metadata: { messages: illegal } };
  }
  const channel = writes ? channelOf(workspace, textOf(args['channel'])) : undefined;
  if (channel !== undefined && !channel.direct && !channel.bot) return { ok: false, error: 'not_in_channel' };
  return null;
}

/** Arguments as Slack reads them: JSON, or a form whose structured fields are JSON in text. Undefined for uploads. */
export function readArguments(contentType: string, body: string): JsonObject | undefined {
  if (contentType.startsWith('application/json')) return parseObject(body) ?? {};
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return undefined;
  const structured = new Set(['blocks', 'view', 'metadata', 'attachments', 'prompts']);
  const args: JsonObject = {};
  for (const [key, value] of new URLSearchParams(body)) {
    args[key] = structured.has(key) ? structuredValue(value) : value;
  }
  return args;
}

function structuredValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The bot may name a channel as people do; the emulator only knows ids. */
export function withChannelId(workspace: Workspace, args: JsonObject): JsonObject {
  const named = textOf(args['channel']);
  const channel = named === '' ? undefined : channelOf(workspace, named);
  return channel === undefined ? args : { ...args, channel: channel.id };
}

export function stubbed(workspace: Workspace, method: string, args: JsonObject): JsonObject | undefined {
  return stubs[method]?.(workspace, args);
}

/** The emulator's users have no time zone and are all full members; its channels do not know who invited the bot. */
export function completed(workspace: Workspace, method: string, response: JsonObject): JsonObject {
  if (method === 'users.info' && isObject(response['user'])) {
    return { ...response, user: completedUser(workspace, response['user']) };
  }
  if (method === 'users.list') {
    return { ...response, members: objectsOf(response['members']).map((user) => completedUser(workspace, user)) };
  }
  if (method === 'conversations.info' && isObject(response['channel'])) {
    const channel = channelOf(workspace, textOf(response['channel']['id']));
    return channel === undefined
      ? response
      : { ...response, channel: completedChannel(workspace, response['channel'], channel) };
  }
  return response;
}

function completedUser(workspace: Workspace, user: JsonObject): JsonObject {
  const person = workspace.people.find((each) => each.id === user['id']);
  if (person === undefined) return user;
  return { ...user, ...membershipFields(workspace, person), ...timezoneFields(person.timezone, new Date()) };
}

function membershipFields(workspace: Workspace, person: Person): JsonObject {
  return {
    team_id: person.teamId,
    is_restricted: person.membership === 'guest',
    is_ultra_restricted: false,
    is_admin: person.admin === true,
    is_owner: false,
    is_stranger: person.membership === 'external' && person.teamId !== workspace.team.id,
  };
}

function timezoneFields(timezone: string, now: Date): JsonObject {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(now);
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(offset) ?? [];
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60;
  return { tz: timezone, tz_label: timezone, tz_offset: sign === '-' ? -seconds : seconds };
}

function completedChannel(workspace: Workspace, raw: JsonObject, channel: Channel): JsonObject {
  const shared = workspace.people.some((each) => each.membership === 'external' && channel.people.includes(each.id));
  return {
    ...raw,
    is_member: channel.direct || channel.bot,
    is_shared: shared && !channel.direct,
    is_ext_shared: shared && !channel.direct,
  };
}

/** Shows what a successful call did. `person`: who opened the modal or looks at the Home tab, for calls about views. */
export function observe(
  workspace: Workspace,
  { method, args, response, person }: { method: string; args: JsonObject; response: JsonObject; person: string },
): void {
  if (response['ok'] !== true) return;
  const channel = textOf(response['channel']) || textOf(args['channel']);
  const content = () => ({ text: textOf(args['text']), blocks: withBlockIds(objectsOf(args['blocks'])) });
  if (method === 'chat.postMessage' || method === 'chat.postEphemeral') {
    workspace.statuses.delete(channel);
    addMessage(workspace, {
      ts: textOf(response['ts']) || textOf(response['message_ts']),
      channel,
      author: workspace.app.botUser,
      ...content(),
      threadTs: textOf(args['thread_ts']) || null,
      onlyFor: method === 'chat.postEphemeral' ? textOf(args['user']) : null,
      edited: false,
      at: new Date(),
    });
  }
  if (method === 'chat.update')
    replaceMessage(workspace, { channel, ts: textOf(args['ts']) }, { ...content(), edited: true });
  if (method === 'chat.delete') removeMessage(workspace, { channel, ts: textOf(args['ts']) });
  if (isObject(response['view'])) observeView(workspace, method, { person, raw: response['view'] });
}

function observeView(workspace: Workspace, method: string, fields: { person: string; raw: JsonObject }): void {
  if (method === 'views.open') openModal(workspace, fields.person, fields.raw);
  if (method === 'views.push') pushModal(workspace, fields.person, fields.raw);
  if (method === 'views.update') updateModal(workspace, fields.raw);
  if (method !== 'views.publish') return;
  workspace.homes.set(fields.person, viewOf(fields.person, fields.raw));
  workspace.changes.emit('changed');
}
