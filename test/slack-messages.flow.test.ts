import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Slack, startSlack } from '../playground/slack.ts';
import { channelOf } from '../playground/slack/workspace.ts';
import { replay } from '../src/ingest/replay.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { emptyCatalog } from './read-source.ts';
import { type TestService, startTestService } from './test-service.ts';

const signingSecret = 'a-signing-secret-of-slack';
const pattern = String.raw`^(?<service>[\w-]+) (?<to>v?[\d.]+) (?<status>deploying|deployed|failed) to (?<environment>\w+)`;
const settings = `
slack_messages:
  - { channel: '#deploys', bot: Deploy Bot, pattern: '${pattern}' }
`;

let slack: Slack;
let service: TestService;
let seconds = Math.floor(Date.now() / 1000) - 600;

beforeAll(async () => {
  slack = await startSlack({
    signingSecret,
    botToken: 'xoxb-bot',
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [
      { name: 'deploys', topic: '', bot: true },
      { name: 'random', topic: '', bot: true },
    ],
  });
  service = await startTestService({
    settings,
    environment: { SLACK_BOT_TOKEN: 'xoxb-bot', SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: slack.apiUrl },
  });
  slack.connect(`${service.url}/slack/events`);
});
afterAll(async () => {
  await service.stop();
  await slack.close();
});

beforeEach(() => {
  seconds += 10;
});

function channelId(name: string): string {
  return channelOf(slack.workspace, name)?.id ?? '';
}

function message(text: string, more: object = {}) {
  const ts = `${seconds}.000100`;
  const author = { bot_id: 'B0DEPLOY', app_id: 'A0DEPLOY', user: 'U0DEPLOY', username: 'Deploy Bot' };
  return {
    type: 'message',
    channel_type: 'channel',
    channel: channelId('deploys'),
    ts,
    event_ts: ts,
    text,
    ...author,
    ...more,
  };
}

const Changes = z.object({ changes: z.array(z.looseObject({ title: z.string(), status: z.string().nullable() })) });

async function changesOf(name: string) {
  const headers = { authorization: `Bearer ${service.tokens.read}` };
  const response = await fetch(`${service.url}/api/changes?since=2h&service=${name}`, { headers });
  return Changes.parse(await response.json()).changes;
}

async function kept(): Promise<number> {
  return (await service.database.db.selectFrom('deliveries').select('id').where('source', '=', 'slack').execute())
    .length;
}

it('a message of the chosen bot is a change, and its edit is the same one', async () => {
  const sent = message('checkout v1.42.0 deploying to prod');
  const reply = await slack.event(sent);
  await vi.waitFor(async () => expect(await changesOf('checkout')).toMatchObject([{ status: 'started' }]));
  const edited = {
    ...sent,
    text: '*checkout* v1.42.0 deployed to prod',
    edited: { user: 'U0DEPLOY', ts: `${seconds + 5}.000200` },
  };
  await slack.event({
    type: 'message',
    subtype: 'message_changed',
    channel: sent.channel,
    channel_type: 'channel',
    ts: edited.edited.ts,
    event_ts: edited.edited.ts,
    message: edited,
    previous_message: sent,
  });

  expect(reply.status).toBe(200);
  await vi.waitFor(async () => expect(await changesOf('checkout')).toMatchObject([{ status: 'succeeded' }]));
  expect(await changesOf('checkout')).toMatchObject([
    {
      kind: 'deploy',
      environment: 'production',
      title: 'deploy checkout v1.42.0 to production',
      source: 'slack',
      risks: [{ text: 'told by a Slack message only' }],
    },
  ]);
});

it('a message that Slack sends twice is kept once', async () => {
  const before = await kept();
  const sent = message('search v7 deployed to prod');
  await slack.event(sent, { id: 'Ev0TWICE' });
  await slack.event(sent, { id: 'Ev0TWICE', retry: 1 });
  await vi.waitFor(async () => expect(await changesOf('search')).toHaveLength(1));

  expect(await kept()).toBe(before + 1);
});

it('nothing else is kept: not of people, not of other channels, not our own', async () => {
  const before = await kept();
  const text = 'ledger v9 deployed to prod';
  await slack.event(message(text, { bot_id: undefined, app_id: undefined, username: undefined }));
  await slack.event(message(text, { channel: channelId('random') }));
  await slack.event(message(text, { app_id: slack.workspace.app.id }));
  await slack.event(message(text, { app_id: undefined, user: slack.workspace.app.botUser }));
  await slack.event(message(text, { subtype: 'message_deleted' }));
  seconds += 1;
  await slack.event(message('last v1 deployed to prod'));
  await vi.waitFor(async () => expect(await changesOf('last')).toHaveLength(1));

  expect(await kept()).toBe(before + 1);
  expect(await changesOf('ledger')).toEqual([]);
});

it('a better rule reads again what was kept', async () => {
  await slack.event(message('receipts is now at 2.0 in prod'));
  const ignored = () =>
    service.database.db.selectFrom('deliveries').select('id').where('outcome', '=', 'ignored').execute();
  await vi.waitFor(async () => expect(await ignored()).not.toEqual([]));
  const better = { channel: '#deploys', pattern: '(?<service>\\w+) is now at (?<to>[\\d.]+)', kind: 'deploy' } as const;

  await replay(
    {
      db: service.database.db,
      catalog: emptyCatalog,
      readers: deliveryReaders({ catalog: emptyCatalog, conceal: concealWith(null), messageRules: [better] }),
      now: () => new Date(),
      react: () => Promise.resolve(),
    },
    { from: new Date(Date.now() - 3_600_000) },
  );

  expect(await changesOf('receipts')).toMatchObject([{ title: 'deploy receipts 2.0' }]);
});
