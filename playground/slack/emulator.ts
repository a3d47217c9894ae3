import { createEmulator } from 'emulate';
import { isObject, objectsOf, parseObject, textOf, type JsonObject } from '../json.ts';
import { EventEmitter } from 'node:events';
import type { ChannelSeed, PersonSeed, Workspace } from './workspace.ts';

const app = { id: 'A0SINCEWHEN', name: 'Sincewhen', botId: 'B0SINCEWHEN', botUser: 'U0SINCEWHEN' };
/** Our own, with every scope: for what Slack does on its own account, such as issuing trigger ids. */
const ownToken = 'xoxb-the-playground-itself';
const otherTeam = 'T0INITECH1';

export interface EmulatedSlack {
  readonly url: string;
  /** Calls a method as the playground itself; throws when it is refused. */
  readonly call: (method: string, args: JsonObject, token?: string) => Promise<JsonObject>;
  readonly workspace: Workspace;
  readonly close: () => Promise<void>;
}

export interface EmulatorSeed {
  readonly botToken: string;
  /** When given, the bot may do no more than these allow. */
  readonly scopes: readonly string[] | null;
  readonly people: readonly PersonSeed[];
  readonly channels: readonly ChannelSeed[];
}

export async function startEmulatedSlack(seed: EmulatorSeed): Promise<EmulatedSlack> {
  const bot = { type: 'bot', user_id: app.botUser, app_id: app.id, bot_id: app.botId, bot_user_id: app.botUser };
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Acme', domain: 'acme' },
        users: seed.people.map(({ name, realName }) => ({ name, real_name: realName, email: `${name}@example.com` })),
        channels: seed.channels.map(({ name, topic }) => ({ name, topic })),
        oauth_apps: [
          {
            app_id: app.id,
            client_id: 'unused',
            client_secret: 'unused',
            name: app.name,
            redirect_uris: [],
            bot_id: app.botId,
            bot_user_id: app.botUser,
            bot_name: 'sincewhen',
            scopes: seed.scopes ?? [],
          },
        ],
        tokens: [
          { ...bot, token: seed.botToken, ...(seed.scopes === null ? {} : { scopes: seed.scopes }) },
          { ...bot, token: ownToken },
        ],
        strict_scopes: seed.scopes !== null,
      },
    },
  });

  async function call(method: string, args: JsonObject, token = ownToken): Promise<JsonObject> {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(args),
    });
    const body = parseObject(await response.text());
    if (body?.['ok'] !== true) throw new Error(`The emulated Slack refused ${method}: ${String(body?.['error'])}.`);
    return body;
  }

  const workspace = await readWorkspace(seed, call);
  return { url: emulator.url, call, workspace, close: () => emulator.close() };
}

/** The emulator chooses the ids; they are read back from it. */
async function readWorkspace(seed: EmulatorSeed, call: EmulatedSlack['call']): Promise<Workspace> {
  const team = await call('team.info', {});
  const teamId = isObject(team['team']) ? textOf(team['team']['id']) : '';
  const userIds = namesToIds(objectsOf((await call('users.list', { limit: 1000 }))['members']));
  const channelIds = namesToIds(objectsOf((await call('conversations.list', { limit: 1000 }))['channels']));

  const people = await Promise.all(
    seed.people.map(async (person) => {
      const id = userIds.get(person.name) ?? '';
      const opened = await call('conversations.open', { users: id });
      const directChannel = isObject(opened['channel']) ? textOf(opened['channel']['id']) : '';
      return { ...person, id, directChannel, teamId: person.membership === 'external' ? otherTeam : teamId };
    }),
  );
  const everyMember = seed.people.filter((each) => each.membership === 'member').map((each) => each.name);
  const channels = seed.channels.map((channel) => ({
    id: channelIds.get(channel.name) ?? '',
    name: channel.name,
    topic: channel.topic,
    people: (channel.people ?? everyMember).map((name) => userIds.get(name) ?? ''),
    bot: channel.bot,
    direct: false,
    private: channel.private === true,
    archived: false,
    creator: userIds.get(seed.people[0]?.name ?? '') ?? '',
    created: new Date(),
  }));
  const directs = people.map((person) => ({
    id: person.directChannel,
    name: app.name,
    topic: '',
    people: [person.id],
    bot: true,
    direct: true,
    private: true,
    archived: false,
    creator: person.id,
    created: new Date(),
  }));
  return {
    team: { id: teamId, name: 'Acme', domain: 'acme' },
    app,
    people,
    channels: [...channels, ...directs],
    groups: [],
    messages: [],
    pins: [],
    homes: new Map(),
    modals: new Map(),
    dnd: new Map(),
    deactivated: new Set(),
    statuses: new Map(),
    changes: new EventEmitter(),
  };
}

function namesToIds(items: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(items.map((item) => [textOf(item['name']), textOf(item['id'])]));
}
