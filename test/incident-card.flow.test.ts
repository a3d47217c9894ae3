import { addHours, addMinutes, addSeconds, subDays, subHours, subMinutes } from 'date-fns';
import type { Insertable } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rateLimited, serverError } from '../playground/slack/faults.ts';
import { startSlack, type Slack } from '../playground/slack.ts';
import { channelOf } from '../playground/slack/workspace.ts';
import { ifFree } from '../src/database/in-turn.ts';
import type { Incidents } from '../src/database/schema.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import type { Signal } from '../src/domain/signal.ts';
import { channelReopened } from '../src/incidents/channel.ts';
import { refreshCards } from '../src/incidents/refresh.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { createCards } from '../src/slack/cards.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';

const service = (name: string, dependsOn: readonly string[] = []) => ({
  name,
  aliases: [],
  repository: null,
  paths: [],
  configPaths: null,
  branches: {},
  dependsOn,
  owners: [],
});
const catalog: Catalog = {
  environments: new Map([['production', 'production']]),
  services: [service('checkout', ['ledger']), service('ledger'), service('search')],
  configPaths: [],
};
const began = new Date();

let database: TestDatabase;
let slack: Slack;
let time = began;
let count = 0;
let settingsChannel: string | null = null;
/** An environment for each test. */
let place = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: [{ name: 'ada', realName: 'Ada', timezone: 'Europe/London', membership: 'member' }],
    channels: [{ name: 'incidents', topic: '', bot: true }],
  });
});
afterAll(async () => {
  await slack.close();
  await database.close();
});
beforeEach(async () => {
  time = new Date();
  place = `place-${(count += 1)}`;
  settingsChannel = '#incidents';
  slack.workspace.messages.length = 0;
  await database.db.deleteFrom('slack_pauses').execute();
  await database.pool.query('delete from graphile_worker._private_jobs');
});

function cards() {
  const now = () => time;
  return createCards({
    db: database.db,
    catalog,
    defaultEnvironment: 'production',
    channelPattern: /^inc-/,
    lookback: 24 * 3_600_000,
    releases: { window: null, freezes: [], mirrors: new Map() },
    sources: [],
    botToken: 'xoxb-bot',
    apiUrl: slack.apiUrl,
    log: pino({ enabled: false }),
    now,
    cardChannelOf: () => settingsChannel,
  });
}

/** Runs the job as often as it asks to be run again, and tells how long that took by the clock that it is given. */
async function refresh(id: string): Promise<number> {
  const start = time;
  const run = cards();
  for (let runs = 0; runs < 30; runs += 1) {
    await run(id);
    const next = await nextRun(id);
    if (next === null) return time.getTime() - start.getTime();
    if (next > time) time = next;
  }
  throw new Error('it never ends');
}

async function nextRun(id: string): Promise<Date | null> {
  const { rows } = await database.pool.query<{ run_at: Date }>(
    'delete from graphile_worker._private_jobs where key = $1 returning run_at',
    [`refresh-card:${id}`],
  );
  return rows[0]?.run_at ?? null;
}

/** An incident with a channel of its own, in a name that no test shares. */
async function incident(given: Partial<Insertable<Incidents>> = {}, { hidden = false, bot = true } = {}) {
  count += 1;
  const name = `inc-${count}-checkout`;
  const channel = await slack.createChannel(name, { user: 'ada', private: hidden });
  if (bot) await slack.inviteBot(name, { user: 'ada' });
  const row = await insertIncident(database.db, {
    started_at: subMinutes(time, 14),
    opened_at: subMinutes(time, 13),
    channel_id: channel.id,
    channel_name: name,
    private: hidden,
    environment: place,
    ...given,
  });
  return { id: row.id, name };
}

function posts(channel: string) {
  return slack
    .messages(channel, 'ada')
    .filter(({ author, notice }) => author === slack.workspace.app.botUser && notice === null);
}

function shown(channel: string): string {
  const [card] = posts(channel);
  return JSON.stringify(card?.blocks);
}

/** What happened since it was opened. */
function thread(channel: string): readonly string[] {
  return answers(channel).flatMap(({ text }) => (text.startsWith('Before it began') ? [] : [text]));
}

/** What was changed before it began, one by one. */
function details(channel: string): readonly string[] {
  return answers(channel).flatMap(({ text, blocks }) =>
    text.startsWith('Before it began') ? [JSON.stringify(blocks)] : [],
  );
}

function answers(channel: string) {
  return posts(channel).filter(({ threadTs }) => threadTs !== null);
}

async function tell(at: Date, fields: Partial<Statement>, key = `told:${(count += 1)}`): Promise<string> {
  const statement: Statement = {
    key: `${key}:${fields.phase ?? ''}`,
    source: 'github',
    occurredAt: at.toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    environmentName: place,
    serviceName: 'checkout',
    ...fields,
  };
  count += 1;
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db.transaction().execute((trx) =>
    record(
      trx,
      [
        {
          delivery,
          events: [{ statement, identities: [{ type: 'deployment', value: key }], mentions: [] }],
          signals: [],
        },
      ],
      { catalog, now: time },
    ),
  );
  return batch.recorded[0]?.changeIds[0] ?? '';
}

async function alert(incidentId: string, fields: Partial<Signal>, subject = 'incident:P1'): Promise<void> {
  const signal: Signal = {
    key: `${subject}:${fields.state ?? ''}:${(count += 1)}`,
    source: 'pagerduty',
    subject: `${subject}:${incidentId}`,
    state: 'open',
    occurredAt: time.toISOString(),
    clock: 'source',
    title: 'Error rate of payments',
    ...fields,
  };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [], signals: [signal] }], { catalog, now: time }));
  const row = await database.db
    .selectFrom('signals')
    .select('id')
    .where('subject', '=', signal.subject)
    .executeTakeFirstOrThrow();
  await database.db
    .insertInto('incident_signals')
    .values({ signal_id: row.id, incident_id: incidentId, why: 'told', joined_at: time })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

it('posts one card in the channel of an incident, pins it, and leaves it alone while nothing happens', async () => {
  const { id, name } = await incident();
  await refresh(id);
  const writes = slack.calls.length;
  time = addHours(time, 1);
  await refresh(id);

  expect(posts(name)).toHaveLength(1);
  expect(slack.pinned(name)).toHaveLength(1);
  expect(slack.calls.length).toBe(writes);
});

it('names the likeliest change and its last good version, and what depends on nothing as ruled out', async () => {
  await tell(subDays(time, 6), { to: '1.41.3' });
  await tell(subMinutes(time, 15), { from: '1.41.3', to: '1.42.0' });
  await tell(subMinutes(time, 60), { serviceName: 'search', to: '7.3.0' });
  const { id, name } = await incident();
  await refresh(id);
  const [card] = posts(name);

  expect(card?.text).toContain('Likely: checkout 1.41.3 → 1.42.0, took effect 1 min before it began.');
  expect(card?.text).toContain('Last good version 1.41.3 (ran 5 days 23 h).');
  expect(shown(name)).toContain('Ruled out*  *search 7.3.0* (checkout does not depend on it');
});

it('ticks off the suspect that a rollback takes back, and tells it once in the thread', async () => {
  await tell(subMinutes(time, 15), { from: '2.0.0', to: '2.1.0' });
  const { id, name } = await incident();
  await refresh(id);
  time = addMinutes(time, 1);
  const back = { kind: 'rollback', from: '2.1.0', to: '2.0.0' } as const;
  await tell(time, { ...back, phase: 'started' }, `back:${id}`);
  await refresh(id);
  const under = shown(name);
  time = addMinutes(time, 2);
  await tell(time, back, `back:${id}`);
  await refresh(id);
  await refresh(id);

  expect(under).toContain('Going back to *2.0.0*');
  expect(posts(name)[0]?.text).toContain('Back to 2.0.0');
  expect(thread(name)).toHaveLength(1);
  expect(thread(name)[0]).toContain('rollback of checkout 2.1.0 → 2.0.0');
  expect(thread(name)[0]).toContain('takes back checkout 2.0.0 → 2.1.0');
});

it('lists in its thread, in one message, what it counts of the time before it began', async () => {
  await tell(subMinutes(time, 16), { to: '1.42.0', from: '1.41.3', diffUrl: 'https://github.com/acme/checkout/1' });
  await tell(subHours(time, 2), { serviceName: 'ledger', to: '3.9.0' });
  await tell(subMinutes(time, 20), { serviceName: 'search', to: '7.4.0' });
  const { id, name } = await incident();
  await refresh(id);
  const [first] = details(name);
  await tell(subHours(time, 3), { serviceName: 'ledger', to: '3.8.1' });
  await tell(time, { serviceName: 'ledger', to: '3.9.1' });
  await refresh(id);

  expect(first).toMatch(/\*checkout\*.*1\.41\.3 → 1\.42\.0.*checkout\/1\|diff.*\*ledger\*.*3\.9\.0/);
  expect(first).not.toContain('7.4.0');
  expect(details(name)).toEqual([expect.stringContaining('3.8.1')]);
  expect(details(name)[0]).not.toContain('3.9.1');
});

it('lists nothing in a channel that has the cards of many', async () => {
  await tell(subMinutes(time, 16), { to: '1.42.0', from: '1.41.3' });
  const { id } = await insertIncident(database.db, {
    started_at: subMinutes(time, 14),
    opened_at: subMinutes(time, 13),
    environment: place,
  });
  await refresh(id);

  expect(posts('incidents')).toHaveLength(1);
});

it('tells once that an alert is over', async () => {
  const { id, name } = await incident();
  await alert(id, {});
  await refresh(id);
  time = addMinutes(time, 1);
  await alert(id, { state: 'resolved' });
  await refresh(id);
  await refresh(id);

  expect(shown(name)).toContain('Its alert is over');
  expect(thread(name)).toEqual([expect.stringContaining('Over: Error rate of payments')]);
});

it('puts first what people suspect, and takes away what they dismiss', async () => {
  const first = await tell(subMinutes(time, 15), { serviceName: 'checkout', to: '3.1.0', from: '3.0.0' });
  const second = await tell(subMinutes(time, 20), { kind: 'flag', phase: 'happened', title: 'express-payment' });
  const { id, name } = await incident();
  await sayVerdict(database.db, id, { changeId: first, verdict: 'dismissed', why: 'not that build' }, 'U1ADA', time);
  await sayVerdict(database.db, id, { changeId: second, verdict: 'caused', why: 'it names it' }, 'U1ADA', time);
  await refresh(id);

  expect(posts(name)[0]?.text).toContain('Cause: flag change of checkout: express-payment, says <@U1ADA>');
  expect(shown(name)).toContain('*checkout 3.0.0 → 3.1.0* (<@U1ADA>: not that build)');
});

it('edits a card at most once in five seconds, with all that has happened until then', async () => {
  const { id, name } = await incident();
  await refresh(id);
  time = addSeconds(time, 10);
  const edits = () => slack.calls.filter(({ method }) => method === 'chat.update').length;
  const before = edits();
  await tell(time, { serviceName: 'ledger', to: '1' });
  await cards()(id);
  time = addSeconds(time, 1);
  await tell(time, { serviceName: 'ledger', to: '2' });
  await cards()(id);
  time = addSeconds(time, 1);
  await tell(time, { serviceName: 'ledger', to: '3' });
  await cards()(id);
  expect(edits()).toBe(before + 1);
  await refresh(id);

  expect(edits()).toBe(before + 2);
  expect(shown(name)).toContain('ledger 3');
});

it('tells in the thread what happens while the card waits for its next edit, in order', async () => {
  const { id, name } = await incident();
  await refresh(id);
  const run = cards();
  for (let second = 0; second < 9; second += 1) {
    time = addSeconds(time, 1);
    if (second < 4) await tell(time, { serviceName: 'ledger', to: `${second + 1}` });
    await run(id);
  }

  expect(thread(name).map((text) => text.split('ledger ')[1])).toEqual(['1', '2', '3', '4']);
});

it('waits for five seconds after an edit before it runs again', async () => {
  const { id } = await incident();
  await cards()(id);
  await nextRun(id);
  await refreshCards(database.db, [id], time);

  expect(await nextRun(id)).toEqual(addSeconds(time, 5));
});

it('tells many changes at once in one line of the thread', async () => {
  const { id, name } = await incident();
  await refresh(id);
  time = addSeconds(time, 10);
  for (let index = 0; index < 12; index += 1) await tell(time, { serviceName: 'ledger', to: `5.${index}.0` });
  await refresh(id);
  await refresh(id);

  expect(thread(name)).toHaveLength(1);
  expect(posts(name)).toHaveLength(2);
});

it('does not tell in the thread what happened before the incident was opened', async () => {
  await tell(subMinutes(time, 13.5), { serviceName: 'ledger', to: '6.0.0' });
  const { id, name } = await incident({ opened_at: time });
  await refresh(id);

  expect(shown(name)).toContain('ledger 6.0.0');
  expect(thread(name)).toEqual([]);
});

it('shows a card when nothing was ever recorded about anything', async () => {
  const empty = await createTestDatabase();
  const main = database;
  database = empty;
  await migrateJobs(empty.pool, pino({ enabled: false }));
  const { id, name } = await incident({ services: [] });
  await refresh(id);
  database = main;
  await empty.close();

  expect(posts(name)[0]?.text).toContain("I can't tell what changed: no source has sent anything yet.");
});

it('stays true when its channel is renamed', async () => {
  const { id, name } = await incident();
  await refresh(id);
  await slack.renameChannel(name, `${name}-payments`, { user: 'ada' });
  time = addMinutes(time, 1);
  await tell(time, { serviceName: 'ledger', to: '7.0.0' });
  await refresh(id);

  expect(posts(`${name}-payments`)[0]?.blocks).toBeDefined();
  expect(shown(`${name}-payments`)).toContain('ledger 7.0.0');
});

it.each([
  ['archived', 'archived', (name: string) => slack.archiveChannel(name, { user: 'ada' })],
  ['left by force', 'the bot is not in it', (name: string) => slack.removeBot(name, { user: 'ada' })],
])('goes to the channel of the settings when its own is %s', async (_, why, close) => {
  const { id, name } = await incident();
  await refresh(id);
  await close(name);
  time = addMinutes(time, 1);
  await tell(time, { serviceName: 'ledger', to: '8.0.0' });
  await refresh(id);
  const row = await database.db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  expect(row.channel_closed).toBe(why);
  expect(shown('incidents')).toContain(`INC-${id}`);
  const calls = slack.calls.length;
  time = addMinutes(time, 1);
  await refresh(id);
  expect(slack.calls.length).toBe(calls);
});

it('comes back to its channel when that is opened again', async () => {
  const { id, name } = await incident();
  await refresh(id);
  await slack.archiveChannel(name, { user: 'ada' });
  time = addMinutes(time, 1);
  await tell(time, { serviceName: 'ledger', to: '9.0.0' });
  await refresh(id);
  const channel = channelOf(slack.workspace, name)?.id ?? '';
  await slack.unarchiveChannel(name, { user: 'ada' });
  await slack.inviteBot(name, { user: 'ada' });
  await channelReopened(contextOf(), channel, time);
  time = addMinutes(time, 1);
  await refresh(id);

  expect(posts(name).filter(({ threadTs }) => threadTs === null)).toHaveLength(1);
  expect(shown(name)).toContain('ledger 9.0.0');
  expect(posts('incidents')[0]?.text).toContain(`work goes on in <#${channel}>`);
});

function contextOf() {
  return { db: database.db, catalog, defaultEnvironment: 'production', channelPattern: /^inc-/ };
}

it('joins a public channel that it is not in yet', async () => {
  const { id, name } = await incident({}, { bot: false });
  await refresh(id);

  expect(posts(name)).toHaveLength(1);
});

it('says in the channel of the settings where work goes on, once there is a channel for it', async () => {
  const { id } = await insertIncident(database.db, {
    environment: place,
    started_at: subMinutes(time, 3),
    opened_at: time,
  });
  await refresh(id);
  const channel = await slack.createChannel(`inc-own-${id}`, { user: 'ada' });
  await slack.inviteBot(`inc-own-${id}`, { user: 'ada' });
  await database.db
    .updateTable('incidents')
    .set({ channel_id: channel.id, channel_name: channel.name })
    .where('id', '=', id)
    .execute();
  time = addMinutes(time, 1);
  await refresh(id);

  expect(posts(`inc-own-${id}`)).toHaveLength(1);
  expect(posts('incidents').map(({ text }) => text)).toEqual([
    expect.stringContaining(`work goes on in <#${channel.id}>`),
  ]);
});

it('says nothing anywhere else of what is worked on in private', async () => {
  const { id } = await insertIncident(database.db, {
    title: 'Fraud at a customer',
    environment: place,
    started_at: subMinutes(time, 3),
    opened_at: time,
  });
  await refresh(id);
  const channel = await slack.createChannel(`secret-${id}`, { user: 'ada', private: true });
  await slack.inviteBot(`secret-${id}`, { user: 'ada' });
  await database.db
    .updateTable('incidents')
    .set({ channel_id: channel.id, channel_name: channel.name, private: true })
    .where('id', '=', id)
    .execute();
  time = addMinutes(time, 1);
  await refresh(id);
  const elsewhere = JSON.stringify(posts('incidents'));

  expect(posts(`secret-${id}`)).toHaveLength(1);
  expect(elsewhere).toContain('is worked on in a private channel');
  expect(elsewhere).not.toContain('Fraud');
  expect(elsewhere).not.toContain(channel.id);
  expect(elsewhere).not.toContain('secret-');
});

it('shows a private incident nowhere when its channel takes nothing', async () => {
  const { id } = await incident({ title: 'Fraud at a customer' }, { hidden: true, bot: false });
  await refresh(id);

  expect(JSON.stringify(slack.workspace.messages)).not.toContain('Fraud');
});

it('says of a card that its incident turned out to be another', async () => {
  const { id, name } = await incident({ title: 'Slow payments' });
  await refresh(id);
  const into = await incident({ title: 'Ledger is down' });
  await database.db
    .updateTable('incidents')
    .set({ merged_into: into.id, resolved_at: time })
    .where('id', '=', id)
    .execute();
  time = addMinutes(time, 1);
  await refresh(id);

  expect(posts(name)[0]?.text).toContain(
    `turned out to be one with INC-${into.id} Ledger is down`.replace('INC', '*INC'),
  );
});

it('has one card in the end when Slack limits, fails and loses answers at every turn', async () => {
  const { id, name } = await incident();
  slack.failNext('chat.postMessage', rateLimited(3));
  slack.failNext('chat.postMessage', serverError);
  slack.loseNextAnswer('chat.postMessage');
  slack.failNext('conversations.history', 'closed');
  slack.failNext('pins.add', rateLimited(2));
  await refresh(id);
  time = addMinutes(time, 1);
  slack.failNext('chat.update', serverError);
  slack.loseNextAnswer('chat.update');
  slack.loseNextAnswer('chat.postMessage');
  await tell(time, { serviceName: 'ledger', to: '10.0.0' });
  await refresh(id);

  expect(posts(name).filter(({ threadTs }) => threadTs === null)).toHaveLength(1);
  expect(thread(name)).toHaveLength(1);
  expect(slack.pinned(name)).toHaveLength(1);
  expect(shown(name)).toContain('ledger 10.0.0');
});

it('has one card when two processes refresh it at once', async () => {
  const { id, name } = await incident();
  await Promise.all([cards()(id), cards()(id), cards()(id)]);
  await refresh(id);

  expect(posts(name)).toHaveLength(1);
});

it('comes back when another process is at the same card, so that what that has read is not shown after what is newer', async () => {
  const { id, name } = await incident();
  await ifFree(database.db, `card of incident ${id}`, async () => {
    await cards()(id);
  });

  expect(posts(name)).toEqual([]);
  expect(await nextRun(id)).toEqual(addSeconds(time, 1));
});

it('writes to a channel that many incidents share once a second', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    const row = await insertIncident(database.db, { started_at: time, opened_at: time, title: `Incident ${index}` });
    ids.push(row.id);
  }
  const start = time;
  const run = cards();
  for (const id of ids) await run(id);
  const writesAt = (seconds: number) => {
    time = addSeconds(start, seconds);
  };
  const posted = () => posts('incidents').length;
  expect(posted()).toBe(1);
  for (let second = 1; second < 20; second += 1) {
    writesAt(second);
    for (const id of ids) await run(id);
    expect(posted()).toBe(second + 1);
  }
});

it('posts no card for an incident that was over before anybody was told', async () => {
  const { id } = await insertIncident(database.db, {
    started_at: subHours(time, 5),
    opened_at: time,
    resolved_at: time,
  });
  await refresh(id);

  expect(posts('incidents')).toEqual([]);
});
