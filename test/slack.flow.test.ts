import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { App } from '@slack/bolt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startSlack, type Slack } from '../playground/slack.ts';
import { personOf } from '../playground/slack/workspace.ts';
import type { Answer } from '../src/domain/answer.ts';
import type { Question } from '../src/domain/question.ts';
import { createSlack, type Slack as SlackApp } from '../src/slack/app.ts';
import type { Ask, AskOptions } from '../src/timeline/ask.ts';
import { aChange, anAnswer, aSource } from './answers.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { incidentParts } from './incident-parts.ts';

const signingSecret = 'a-signing-secret';
const now = new Date('2026-11-20T16:13:00Z');
const hour = 3_600_000;
const here = { user: 'ada', channel: 'incidents' };

let database: TestDatabase;
let slack: Slack;
let app: SlackApp;
let server: Server;
let url: string;
const logged: string[] = [];
const ask = vi.fn<Ask>();

beforeAll(async () => {
  database = await createTestDatabase();
  slack = await startSlack({
    signingSecret,
    botToken: 'xoxb-bot',
    patience: 3000,
    scopes: ['commands', 'chat:write', 'app_mentions:read', 'im:history', 'users:read'],
    people: [
      { name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' },
      { name: 'grace', realName: 'Grace', timezone: 'America/New_York', membership: 'member' },
      { name: 'guest', realName: 'Guest', timezone: 'Europe/Paris', membership: 'guest' },
      { name: 'kay', realName: 'Kay', timezone: 'Europe/Paris', membership: 'external' },
    ],
    channels: [
      { name: 'incidents', topic: '', bot: true, people: ['ada', 'grace', 'guest', 'kay'] },
      { name: 'quiet', topic: '', bot: false },
    ],
  });
  app = await start(slack.apiUrl);
  server = createServer((request, response) => app.requestListener?.(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `${addressOf(server)}/slack/events`;
  slack.connect(url);
});

afterAll(async () => {
  await app.stop();
  server.close();
  replyServer?.close();
  await slack.close();
  await database.close();
});

const Manifest = z.object({
  features: z.object({
    slash_commands: z.array(z.object({ command: z.string() })),
    shortcuts: z.array(z.object({ callback_id: z.string() })).default([]),
  }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

beforeEach(() => {
  logged.length = 0;
  replies.length = 0;
  slack.workspace.messages.length = 0;
  ask.mockImplementation((question, options) =>
    Promise.resolve({ outcome: 'answer', answer: answerTo(question, options) }),
  );
});

afterEach(() => {
  ask.mockReset();
});

function start(apiUrl: string): Promise<SlackApp> {
  return createSlack({
    access: { mode: 'http', botToken: 'xoxb-bot', signingSecret },
    apiUrl,
    ask,
    db: database.db,
    catalog: { environments: new Map(), services: [], configPaths: [] },
    defaultEnvironment: 'production',
    ...incidentParts(
      database.db,
      { environments: new Map(), services: [], configPaths: [] },
      `people: [{ name: grace, slack: ${personOf(slack.workspace, 'grace').id}, github: grace-h }]`,
    ),
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    now: () => now,
    vocabulary: () =>
      Promise.resolve({
        environments: new Map([
          ['production', 'production'],
          ['prod', 'production'],
          ['staging', 'staging'],
        ]),
        services: new Map([
          ['checkout', 'checkout'],
          ['search', 'search'],
        ]),
      }),
  });
}

/** What the question asks for, with the window that it names. */
function answerTo(question: Question, { now: askedAt }: AskOptions): Answer {
  const { since } = question;
  const from =
    since?.type === 'instant' ? since.at : since?.type === 'span' ? since.from : new Date(+askedAt - 2 * hour);
  const to = since?.type === 'span' ? since.to : askedAt;
  const { environment, services, kinds, actor, text, notes } = question;
  return anAnswer({
    askedAt,
    window: { from, to, understood: 'since then', notes },
    filters: { environment, services, kinds, actor, text },
    changes: [aChange({ title: 'checkout 1.41.3 → 1.42.0', environment: 'production', service: 'checkout' })],
    total: 40,
    byService: [
      { service: 'search', kinds: { deploy: 30 }, total: 30 },
      { service: 'checkout', kinds: { deploy: 10 }, total: 10 },
    ],
    coverage: [aSource()],
    next: 'the-next-page',
  });
}

function seen(viewer: string, channel = 'incidents') {
  return slack.messages(channel, viewer);
}

async function answerSeen(viewer: string, channel = 'incidents') {
  const message = await vi.waitFor(() => {
    const last = seen(viewer, channel).at(-1);
    if (last === undefined || last.author !== slack.workspace.app.botUser) throw new Error('no answer yet');
    return last;
  });
  return message;
}

const replies: Record<string, unknown>[] = [];
let replyServer: Server | null = null;

/** Collects what is posted to it in `replies`. */
async function responseUrl(): Promise<string> {
  replyServer ??= createServer((request, response) => {
    void collect(request, response);
  }).listen(0, '127.0.0.1');
  if (!replyServer.listening) await once(replyServer, 'listening');
  return addressOf(replyServer);
}

async function collect(request: IncomingMessage, response: ServerResponse): Promise<void> {
  replies.push(z.record(z.string(), z.unknown()).parse(await json(request)));
  response.end('ok');
}

function addressOf(listening: Server): string {
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

function lastQuestion(): Question {
  const [question] = ask.mock.lastCall ?? [];
  if (question === undefined) throw new Error('nothing was asked');
  return question;
}

interface Sent {
  readonly body: string;
  readonly secret?: string;
  readonly age?: number;
  readonly drop?: string;
}

function post({ body, secret = signingSecret, age = 0, drop }: Sent): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  const kept = Object.entries(headers).filter(([name]) => name !== drop);
  return fetch(url, { method: 'POST', headers: Object.fromEntries(kept), body });
}

function sinceForm(fields: Record<string, string> = {}): string {
  return new URLSearchParams({
    command: '/since',
    text: '2h',
    team_id: slack.workspace.team.id,
    channel_id: 'C1',
    user_id: personOf(slack.workspace, 'ada').id,
    trigger_id: 'T1.1',
    response_url: 'http://127.0.0.1:9/nowhere',
    ...fields,
  }).toString();
}

it('acknowledges before it looks for the answer', async () => {
  const answered = Promise.withResolvers<void>();
  ask.mockImplementationOnce(async (question, options) => {
    await answered.promise;
    return { outcome: 'answer', answer: answerTo(question, options) };
  });

  const reply = await slack.slash('/since', '2h', here);
  const before = seen('ada');
  answered.resolve();

  expect(reply).toMatchObject({ status: 200, body: '' });
  expect(before).toEqual([]);
  expect((await answerSeen('ada')).text).toContain('checkout');
});

it('answers the asker alone, about production, in the asker’s time zone', async () => {
  await slack.slash('/since', '2h', { user: 'grace', channel: 'incidents' });
  await answerSeen('grace');

  expect(seen('ada')).toEqual([]);
  expect(lastQuestion()).toMatchObject({
    environment: 'production',
    since: { type: 'instant', at: new Date(+now - 2 * hour) },
  });
  expect(ask.mock.lastCall?.[1]).toMatchObject({ timezone: 'America/New_York', cursor: null });
});

it('looks in the environment that is named', async () => {
  await slack.slash('/since', '2h in staging', here);
  await answerSeen('ada');

  expect(lastQuestion().environment).toBe('staging');
});

it('looks for merges wherever they are, because they belong to no environment', async () => {
  await slack.slash('/since', '2h kind:merge', here);
  await answerSeen('ada');

  expect(lastQuestion()).toMatchObject({ environment: null, kinds: ['merge'] });
});

it('says which window it took when none was named', async () => {
  await slack.slash('/since', '', here);
  await answerSeen('ada');

  expect(lastQuestion()).toMatchObject({ since: null, notes: [expect.stringContaining('last 2 hours')] });
});

it('catches up on the last day', async () => {
  await slack.slash('/since', 'catchup', here);
  await answerSeen('ada');

  expect(lastQuestion()).toMatchObject({ since: { type: 'instant', at: new Date(+now - 24 * hour) } });
});

it('helps without asking anything', async () => {
  await slack.slash('/since', 'help', here);

  expect((await answerSeen('ada')).text).toContain('/since');
  expect(ask).not.toHaveBeenCalled();
});

it('teaches by example what it did not understand', async () => {
  await slack.slash('/since', 'sinc yesteday arvo', here);

  const { text } = await answerSeen('ada');
  expect(text).toContain('sinc yesteday arvo');
  expect(text).toMatch(/\/since \S/);
  expect(ask).not.toHaveBeenCalled();
});

it('says so when the timeline does not hold what is named', async () => {
  ask.mockResolvedValueOnce({ outcome: 'not-found', problem: 'I have seen no version v9.', examples: ['last deploy'] });

  await slack.slash('/since', 'v9.0.0', here);

  expect((await answerSeen('ada')).text).toContain('I have seen no version v9.');
});

it('reads no more than 4,000 characters', async () => {
  await slack.slash('/since', `2h ${'x'.repeat(5000)}`, here);

  expect((await answerSeen('ada')).text).toContain('4000');
  expect(ask).not.toHaveBeenCalled();
});

it('looks for the changes of a colleague by the name that the settings give', async () => {
  await slack.slash('/since', `2h by:<@${personOf(slack.workspace, 'grace').id}|grace>`, here);
  await answerSeen('ada');

  expect(lastQuestion().actor).toBe('grace-h');
});

it('says so when the settings do not know a colleague', async () => {
  await slack.slash('/since', `2h by:<@${personOf(slack.workspace, 'ada').id}|ada>`, here);

  expect((await answerSeen('ada')).text).toContain('people');
  expect(ask).not.toHaveBeenCalled();
});

it.each<[string, Partial<Sent>]>([
  ['signed with another secret', { secret: 'forged' }],
  ['without a signature', { drop: 'x-slack-signature' }],
  ['without a timestamp', { drop: 'x-slack-request-timestamp' }],
  ['signed six minutes ago', { age: 360 }],
])('answers 401 to a request %s', async (_, sent) => {
  const response = await post({ body: sinceForm({ trigger_id: 'forged' }), ...sent });

  expect(response.status).toBe(401);
  expect(ask).not.toHaveBeenCalled();
});

it('acts once on two copies of a command that arrive together', async () => {
  const body = sinceForm({ trigger_id: 'T.twice', response_url: await responseUrl() });

  const responses = await Promise.all([post({ body }), post({ body })]);
  await app.stop();

  expect(responses.map((each) => each.status)).toEqual([200, 200]);
  expect(replies).toMatchObject([{ response_type: 'ephemeral', replace_original: false, unfurl_links: false }]);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('acts once on an event that Slack repeats', async () => {
  const { directChannel: channel, id: user } = personOf(slack.workspace, 'ada');
  const event = { type: 'message', channel_type: 'im', channel, user, text: '2h', ts: '1.1', event_ts: '1.1' };

  await slack.event(event, { id: 'EvTWICE' });
  await slack.event(event, { id: 'EvTWICE', retry: 1 });
  await answerSeen('ada', channel);
  await app.stop();

  expect(seen('ada', channel)).toHaveLength(1);
});

it.each(['guest', 'kay'])('refuses %s everywhere and asks nothing', async (user) => {
  const { directChannel, id } = personOf(slack.workspace, user);

  await slack.slash('/since', '2h', { user, channel: 'incidents' });
  await slack.mention('2h', { user, channel: 'incidents' });
  await slack.dm('2h', { user });
  await slack.openHome(user);
  await app.stop();

  const texts = seen(user).filter((each) => each.author === slack.workspace.app.botUser);
  const direct = seen(user, directChannel).filter((each) => each.author === slack.workspace.app.botUser);
  expect(texts.map((each) => each.onlyFor)).toEqual([id, id]);
  expect(new Set([...texts, ...direct].map((each) => each.text)).size).toBe(1);
  expect(direct).toHaveLength(1);
  expect(JSON.stringify(slack.workspace.homes.get(id)?.blocks)).not.toContain('checkout');
  expect(ask).not.toHaveBeenCalled();
});

it('refuses a guest who presses the button of a public answer', async () => {
  await slack.mention('2h', here);
  const message = await answerSeen('guest');

  await slack.click({ message }, { user: 'guest', action: 'since_widen' });
  await app.stop();

  expect(ask).toHaveBeenCalledTimes(1);
  expect(seen('guest').at(-1)?.onlyFor).toBe(personOf(slack.workspace, 'guest').id);
});

it('refuses while Slack does not say who asks', async () => {
  const failing = await start('http://127.0.0.1:9/api/');
  const failingServer = createServer((request, response) => failing.requestListener?.(request, response));
  failingServer.listen(0, '127.0.0.1');
  await once(failingServer, 'listening');
  slack.connect(`${addressOf(failingServer)}/slack/events`);

  const reply = await slack.slash('/since', '2h', here);
  await failing.stop();
  slack.connect(url);
  failingServer.close();

  expect(reply.status).toBe(200);
  expect((await answerSeen('ada')).text).toMatch(/could not check who you are/i);
  expect(ask).not.toHaveBeenCalled();
});

it('tells the person and the operator when the answer fails', async () => {
  ask.mockRejectedValue(new Error('the database is away'));
  const { directChannel } = personOf(slack.workspace, 'ada');

  await slack.slash('/since', '2h', here);
  await slack.dm('2h', { user: 'ada' });
  await slack.mention('2h', here);
  await slack.openHome('ada');
  await app.stop();

  const home = slack.workspace.homes.get(personOf(slack.workspace, 'ada').id);
  expect(JSON.stringify(home?.blocks)).toContain('try again');
  const apologies = [...seen('ada'), ...seen('ada', directChannel)].filter((each) => each.text.includes('try again'));
  expect(apologies).toHaveLength(3);
  expect(JSON.stringify(apologies)).not.toContain('database');
  expect(logged.filter((line) => line.includes('the database is away'))).toHaveLength(4);
});

it('shares an answer once, in the name of who shared it, and takes the button away', async () => {
  await slack.slash('/since', '2h', { user: 'ada', channel: 'quiet' });
  const message = await answerSeen('ada', 'quiet');

  await Promise.all([
    slack.click({ message }, { user: 'ada', action: 'since_share' }),
    slack.click({ message }, { user: 'ada', action: 'since_share' }),
  ]);
  await app.stop();

  const shared = seen('grace', 'quiet');
  expect(shared).toHaveLength(1);
  expect(JSON.stringify(shared[0])).toContain(`Shared by <@${personOf(slack.workspace, 'ada').id}>`);
  const own = seen('ada', 'quiet').filter((each) => each.onlyFor !== null);
  expect(own).toHaveLength(1);
  expect(JSON.stringify(own)).not.toContain('since_share');
});

it('registers exactly the commands, shortcuts and events that the manifest declares, and the optional events', async () => {
  const { features, settings } = Manifest.parse(
    parse(readFileSync(new URL('../manifest.yml', import.meta.url), 'utf8')),
  );
  const registered = {
    commands: vi.spyOn(App.prototype, 'command'),
    shortcuts: vi.spyOn(App.prototype, 'shortcut'),
    events: vi.spyOn(App.prototype, 'event'),
  };
  await (await start(slack.apiUrl)).stop();
  const names = Object.values(registered).map((spy) =>
    spy.mock.calls.flatMap(([name]) => (typeof name === 'string' ? name : [])).toSorted(),
  );
  for (const spy of Object.values(registered)) spy.mockRestore();

  expect(names).toEqual([
    features.slash_commands.map((each) => each.command).toSorted(),
    features.shortcuts.map((each) => each.callback_id).toSorted(),
    [
      // Bolt knows the kinds of messages by one name.
      ...settings.event_subscriptions.bot_events.map((event) => event.replace(/^message\..*/, 'message')),
      // Of groups of people: docs/restricted.md.
      'subteam_members_changed',
      'subteam_updated',
    ].toSorted(),
  ]);
});

it('shares when pressed again after it could not', async () => {
  await slack.slash('/since', '2h', { user: 'ada', channel: 'quiet' });
  const message = await answerSeen('ada', 'quiet');
  ask.mockImplementationOnce(() => Promise.reject(new Error('the database is away')));

  await slack.click({ message }, { user: 'ada', action: 'since_share' });
  await vi.waitFor(() => expect(logged.join()).toContain('the database is away'));
  await slack.click({ message }, { user: 'ada', action: 'since_share' });
  await app.stop();

  expect(seen('grace', 'quiet')).toHaveLength(1);
});

it('widens to 24 hours in place', async () => {
  await slack.slash('/since', '2h in staging', here);
  const message = await answerSeen('ada');

  await slack.click({ message }, { user: 'ada', action: 'since_widen' });
  await app.stop();

  expect(lastQuestion()).toMatchObject({
    environment: 'staging',
    since: { type: 'instant', at: new Date(+now - 24 * hour) },
  });
  expect(seen('ada')).toHaveLength(1);
});

it('turns the page within the same window', async () => {
  await slack.slash('/since', '14:00 to 15:00', here);
  const message = await answerSeen('ada');

  await slack.click({ message }, { user: 'ada', action: 'since_next' });
  await app.stop();

  expect(ask.mock.lastCall?.[1].cursor).toBe('the-next-page');
  expect(lastQuestion()).toMatchObject({
    since: { type: 'span', from: new Date('2026-11-20T14:00:00Z'), to: new Date('2026-11-20T15:00:00Z') },
  });
});

it('answers a press on a public answer privately and leaves it as it was', async () => {
  await slack.mention('2h', here);
  const message = await answerSeen('grace');

  await slack.click({ message }, { user: 'grace', action: 'since_widen' });
  await app.stop();

  expect(seen('ada').find((each) => each.ts === message.ts)).toEqual(message);
  expect(seen('grace').at(-1)).toMatchObject({ onlyFor: personOf(slack.workspace, 'grace').id });
});

it('replaces its answer in direct messages', async () => {
  const { directChannel: channel } = personOf(slack.workspace, 'ada');
  await slack.dm('2h', { user: 'ada' });
  const message = await answerSeen('ada', channel);

  await slack.click({ message }, { user: 'ada', action: 'since_widen' });
  await app.stop();

  expect(lastQuestion()).toMatchObject({ since: { at: new Date(+now - 24 * hour) } });
  expect(seen('ada', channel).filter((each) => each.author === message.author)).toMatchObject([
    { ts: message.ts, onlyFor: null, edited: expect.any(String) },
  ]);
});

it('narrows to the service on a button', async () => {
  await slack.slash('/since', '2h', here);
  const message = await answerSeen('ada');

  await slack.click({ message }, { user: 'ada', action: 'since_filter_service' });
  await app.stop();

  const [service] = lastQuestion().services;
  expect(lastQuestion()).toMatchObject({ services: [expect.any(String)], environment: 'production' });
  expect(JSON.stringify(message.blocks)).toContain(`"Only ${service}"`);
});

it('says so when it cannot read a button', async () => {
  await slack.slash('/since', '2h', here);
  const { id: user } = personOf(slack.workspace, 'ada');
  const message = await answerSeen('ada');
  const forged = {
    type: 'block_actions',
    user: { id: user },
    team: { id: slack.workspace.team.id },
    container: { message_ts: message.ts, is_ephemeral: true },
    channel: { id: message.channel },
    response_url: await responseUrl(),
    actions: [{ action_id: 'since_next', block_id: 'b', action_ts: '9.9', type: 'button', value: '{"f":"then"}' }],
  };

  await post({ body: new URLSearchParams({ payload: JSON.stringify(forged) }).toString() });
  await app.stop();

  expect(replies.map((each) => each['text'])).toEqual([expect.stringContaining('/since 2h')]);
  expect(ask).toHaveBeenCalledTimes(1);
});

it('answers a mention in its thread', async () => {
  await slack.mention('what changed in prod since 2h?', here);

  const question = seen('grace').find((each) => each.text.includes('what changed'));
  expect(await answerSeen('grace')).toMatchObject({ threadTs: question?.ts, onlyFor: null });
  expect(lastQuestion().notes).toEqual([expect.stringContaining('Europe/London')]);
});

it('answers a mention privately where another organisation reads along', async () => {
  const { id: user } = personOf(slack.workspace, 'ada');
  const channel = slack.workspace.channels.find((each) => each.name === 'incidents')?.id ?? '';
  const text = `<@${slack.workspace.app.botUser}> 2h`;
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: slack.workspace.team.id,
    event_id: 'EvSHARED',
    is_ext_shared_channel: true,
    event: { type: 'app_mention', user, channel, text, ts: '1.2', event_ts: '1.2' },
  });

  await postJson(body);
  await app.stop();

  expect(seen('ada').map((each) => each.onlyFor)).toEqual([user]);
});

async function postJson(body: string): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
}

it('answers a direct message where it was written', async () => {
  await slack.dm('what changed since 2h in staging', { user: 'ada' });

  expect(await answerSeen('ada', personOf(slack.workspace, 'ada').directChannel)).toMatchObject({ threadTs: null });
  expect(lastQuestion().environment).toBe('staging');
});

it.each([
  ['of a bot', { bot_id: 'B1' }],
  ['that was edited', { edited: { user: 'U1', ts: '1.1' } }],
  ['of its own', { user: 'U0SINCEWHEN' }],
  ['that tells of a deletion', { subtype: 'message_deleted' }],
  ['of a channel', { channel_type: 'channel' }],
])('ignores a message %s', async (_, fields) => {
  const { directChannel: channel, id: user } = personOf(slack.workspace, 'ada');

  await slack.event({ type: 'message', channel_type: 'im', channel, user, text: '2h', ts: '1.1', ...fields });
  await app.stop();

  expect(seen('ada', channel)).toEqual([]);
  expect(ask).not.toHaveBeenCalled();
});

it('shows the last day on the Home tab', async () => {
  await slack.openHome('ada');
  await app.stop();

  const home = slack.workspace.homes.get(personOf(slack.workspace, 'ada').id);
  expect(JSON.stringify(home?.blocks)).toContain('checkout');
  expect(lastQuestion()).toMatchObject({ environment: 'production', since: { at: new Date(+now - 24 * hour) } });
});

it('leaves the messages tab alone', async () => {
  await slack.openHome('ada', 'messages');
  await app.stop();

  expect(ask).not.toHaveBeenCalled();
});
