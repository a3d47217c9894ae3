import { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { incidentParts } from '../../../test/incident-parts.ts';
import type { BotMessage, SlackContext } from '../context.ts';
import { createBotMessageListener } from './bot-message.ts';

const take = vi.fn<(message: BotMessage) => Promise<void>>(() => Promise.resolve());
const client = new WebClient('xoxb-bot');
const info = vi.spyOn(client.conversations, 'info');
const logged: string[] = [];
let database: TestDatabase;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  vi.clearAllMocks();
  logged.length = 0;
  info.mockResolvedValue({ ok: true, channel: { id: 'C0DEPLOYS', name: 'deploys' } });
});

function listener(...channels: readonly string[]) {
  const context: SlackContext = {
    client,
    db: database.db,
    catalog: { environments: new Map(), services: [], configPaths: [] },
    ask: () => Promise.reject(new Error('nobody asked')),
    vocabulary: () => Promise.reject(new Error('nobody asked')),
    defaultEnvironment: 'production',
    ...incidentParts(database.db, { environments: new Map(), services: [], configPaths: [] }),
    installation: () => Promise.resolve({ teamId: 'T1', enterpriseId: null, botUserId: 'UBOT' }),
    welcome: () => Promise.resolve(),
    who: () => Promise.reject(new Error('nobody asked')),
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    now: () => new Date('2026-11-20T14:00:00Z'),
  };
  return createBotMessageListener(context, { channels: new Set(channels), take });
}

function body(event: object = {}) {
  count += 1;
  const message = {
    type: 'message',
    channel: 'C0DEPLOYS',
    ts: '1.1',
    bot_id: 'B1',
    app_id: 'A1',
    user: 'U1',
    text: 'done',
  };
  return { event_id: `Ev${count}`, api_app_id: 'AOURS', event: { ...message, ...event } };
}

it('asks for a channel’s name once, and only where a rule names one', async () => {
  const named = listener('#deploys');
  await named(body());
  await named(body());
  await listener('C0DEPLOYS')(body());

  expect(take).toHaveBeenCalledTimes(3);
  expect(info).toHaveBeenCalledTimes(1);
  expect(take.mock.calls.map(([message]) => message.channel)).toEqual([
    { id: 'C0DEPLOYS', name: 'deploys' },
    { id: 'C0DEPLOYS', name: 'deploys' },
    { id: 'C0DEPLOYS', name: null },
  ]);
});

it('says which scope is missing, and goes on by ids', async () => {
  info.mockRejectedValue(new Error('missing_scope'));
  const both = listener('#deploys', 'C0OTHER');
  await both(body());
  await both(body({ channel: 'C0OTHER' }));

  expect(take.mock.calls.map(([message]) => message.channel.id)).toEqual(['C0OTHER']);
  expect(logged.join('')).toContain('channels:read');
});

it('passes an edit on without what was there before', async () => {
  const message = { ts: '1.1', bot_id: 'B1', text: 'done' };
  await listener('C0DEPLOYS')(
    body({ subtype: 'message_changed', bot_id: undefined, message, previous_message: { text: 'doing' } }),
  );

  expect(take.mock.lastCall?.[0].event).toMatchObject({ message });
  expect(take.mock.lastCall?.[0].event).not.toHaveProperty('previous_message');
});

it.each<[string, object]>([
  ['a person', { bot_id: undefined }],
  ['ourselves, by the app', { app_id: 'AOURS' }],
  ['ourselves, by the bot’s profile', { app_id: undefined, bot_profile: { app_id: 'AOURS' } }],
  ['ourselves, by the user', { app_id: undefined, user: 'UBOT' }],
  ['ourselves, edited', { subtype: 'message_changed', bot_id: undefined, message: { bot_id: 'B1', app_id: 'AOURS' } }],
  ['a person, edited', { subtype: 'message_changed', message: { user: 'U1' } }],
  ['nobody: a deletion', { subtype: 'message_deleted' }],
  ['another channel', { channel: 'C0RANDOM' }],
  ['no message at all', { type: 'reaction_added' }],
])('takes nothing of %s', async (_, event) => {
  await listener('C0DEPLOYS')(body(event));

  expect(take).not.toHaveBeenCalled();
});
