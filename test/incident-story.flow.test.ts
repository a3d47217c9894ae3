import { addDays, addMinutes } from 'date-fns';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { releaseRulesOf } from '../src/config/release-rules.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { StoryLine } from '../src/domain/incidents/story.ts';
import type { Incident } from '../src/domain/incidents/incident.ts';
import type { Signal } from '../src/domain/signal.ts';
import { backportsOf } from '../src/incidents/backport.ts';
import { findIncident } from '../src/incidents/incident-rows.ts';
import { addNote } from '../src/incidents/notes.ts';
import { draftPostMortem } from '../src/incidents/post-mortem.ts';
import { mitigate, resolveIncident } from '../src/incidents/resolve.ts';
import { storyOf } from '../src/incidents/story.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { insertIncident } from './incidents.ts';

const read = readSettings(`
parity: [{ reference: production, mirror: staging }]
services:
  checkout: { repository: acme/checkout, branches: { production: release, staging: main }, depends_on: [ledger] }
  ledger: {}
  search: {}
`);
if (read.outcome !== 'ok') throw new Error(read.problems.join(' '));
const { settings } = read;
const catalog = catalogOf(settings);
const onset = new Date('2026-11-20T15:59:00Z');
const after = (minutes: number) => addMinutes(onset, minutes);
let database: TestDatabase;
let incident: Incident;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'incidents, signals, changes, identities, mentions, delivery_keys');
  incident = await insertIncident(database.db, { start_is_said: true });
});

const dependencies = () => ({
  db: database.db,
  catalog,
  lookback: 86_400_000,
  releases: releaseRulesOf(settings),
});

let count = 0;

async function write(events: readonly TimelineEvent[], signals: readonly Signal[] = []): Promise<readonly string[]> {
  count += 1;
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events, signals }], { catalog, now: after(60) }));
  return batch.recorded[0]?.changeIds ?? [];
}

function deploy(to: string, minute: number, given: Partial<Statement> = {}): TimelineEvent {
  const key = `github:deployment:${given.serviceName ?? 'checkout'}:${given.environmentName ?? 'production'}:${to}`;
  return {
    statement: {
      key,
      source: 'github',
      occurredAt: after(minute).toISOString(),
      clock: 'source',
      phase: 'happened',
      kind: 'deploy',
      environmentName: 'production',
      serviceName: 'checkout',
      to,
      ...given,
    },
    identities: [{ type: 'deployment', value: key }],
    mentions:
      given.commit === undefined ? [] : [{ type: 'commit', value: `${given.repository ?? ''}@${given.commit}` }],
  };
}

async function written(event: TimelineEvent): Promise<string> {
  return (await write([event]))[0] ?? '';
}

async function alerted(subject: string, minute: number, over?: number): Promise<void> {
  const signal = {
    source: 'pagerduty',
    subject,
    clock: 'source',
    title: subject,
    environmentName: 'production',
    serviceName: 'checkout',
    startedAt: after(minute).toISOString(),
  } as const;
  const said: Signal[] = [
    { ...signal, key: `${subject}:open`, state: 'open', occurredAt: after(minute).toISOString() },
  ];
  if (over !== undefined) {
    said.push({ ...signal, key: `${subject}:over`, state: 'resolved', occurredAt: after(over).toISOString() });
  }
  await write([], said);
  await sql`
    insert into incident_signals select id, ${incident.id}::bigint, 'same service', null, now() from signals
    where subject = ${subject}
  `.execute(database.db);
}

async function now(): Promise<Incident> {
  return (await findIncident(database.db, incident.id)) ?? incident;
}

function words(line: StoryLine): string {
  switch (line.type) {
    case 'onset':
      return 'onset';
    case 'alert':
      return `${line.alert.title} ${line.part}`;
    case 'change':
      return `${line.change.service} ${line.change.to}`;
    case 'entry':
      return `${line.entry.kind} ${line.change?.to ?? line.entry.text}`;
  }
}

it('tells what was said, what changed and which alerts there were in the order in which it was so', async () => {
  const { db } = database;
  const bad = await written(deploy('1.42.0', -4));
  await alerted('errors', 2, 16);
  await addNote(
    db,
    incident.id,
    { text: 'p99 is 4 s', at: after(5), saidBy: 'U2', message: { channelId: 'C1', ts: '1' } },
    after(20),
  );
  await written(deploy('7.3.0', 6, { serviceName: 'search' }));
  await written(deploy('1.42.0', 7, { environmentName: 'staging' }));
  const back = await written(deploy('1.41.3', 8));
  await sayVerdict(db, incident.id, { changeId: bad, verdict: 'caused', why: 'its errors name it' }, 'U1', after(9));
  await mitigate(db, incident.id, { note: 'errors are gone' }, 'U2', after(14));
  await resolveIncident(db, incident.id, { note: 'watched it', fixIds: [back] }, 'U1', after(30));
  await written(deploy('1.43.0', 200));

  const story = await storyOf(dependencies(), await now(), after(300));

  expect(story.lines.map(words)).toEqual([
    'checkout 1.42.0',
    'onset',
    'errors began',
    'note p99 is 4 s',
    'checkout 1.41.3',
    'verdict 1.42.0',
    'mitigated errors are gone',
    'errors over',
    'verdict 1.41.3',
    'resolved watched it',
  ]);
  expect(story).toMatchObject({
    cause: { id: bad },
    fixes: [{ id: back }],
    measures: { toDetect: 2 * 60_000, toMitigate: 14 * 60_000, toResolve: 30 * 60_000 },
    alertsOpen: 0,
  });
});

it('names the likeliest before it began, and leaves out the rest of the day', async () => {
  await write(Array.from({ length: 30 }, (_, index) => deploy(`0.${index}`, -600 - index)));
  await write([deploy('1.42.0', -4), deploy('3.0.0', -2, { serviceName: 'ledger' })]);

  const story = await storyOf(dependencies(), incident, after(10));

  expect(story.lines.map(words).slice(-3)).toEqual(['checkout 1.42.0', 'ledger 3.0.0', 'onset']);
  expect(story.lines.length).toBeLessThanOrEqual(4);
});

it('tells the same weeks later, when thousands of changes have followed', async () => {
  const bad = await written(deploy('1.42.0', -4));
  await written(deploy('1.41.3', 8));
  await resolveIncident(database.db, incident.id, { causeId: bad, note: 'its errors name it' }, 'U1', after(30));
  const then = await storyOf(dependencies(), await now(), after(31));
  await write(Array.from({ length: 1000 }, (_, index) => deploy(`2.${index}`, 1000 + index)));

  const later = await storyOf(dependencies(), await now(), addDays(onset, 40));

  expect(later.lines.map(words)).toEqual(then.lines.map(words));
});

it('tells of 2,000 changes that landed during it some, and how many more', async () => {
  await write(Array.from({ length: 2000 }, (_, index) => deploy(`2.${index}`, 1 + index / 100)));

  const story = await storyOf(dependencies(), incident, after(60));

  expect(story.lines.length).toBeLessThan(100);
  expect(story.leftOut).toBeGreaterThan(100);
});

it('tells of a storm of 10,000 alerts the first ones, and how many there were', async () => {
  await alerted('errors', 2);
  await sql`
    insert into signals (source, subject, state, title, environment, services, started_at, resolved_at, recorded_at, said)
    select source, 'storm ' || number, state, title, environment, services, started_at + number * interval '1 second', null,
      recorded_at, said
    from signals, generate_series(1, 9999) as number
  `.execute(database.db);
  await sql`
    insert into incident_signals select id, ${incident.id}::bigint, 'storm', null, now() from signals
    on conflict do nothing
  `.execute(database.db);

  const story = await storyOf(dependencies(), incident, after(60));

  expect(story).toMatchObject({ alertCount: 10_000, alertsOpen: 10_000, firstAlertAt: after(2) });
  expect(story.lines.length).toBeLessThan(100);
});

const hotfix = {
  repository: 'acme/checkout',
  branch: 'hotfix/backoff',
  commit: 'a'.repeat(40),
  url: 'https://github.com/acme/checkout/deployments/1',
};

it('offers the backport of a hotfix until staging has it', async () => {
  const id = await written(deploy('1.42.1', 20, hotfix));
  const offered = await backportsOf(dependencies(), [id]);

  expect(offered.map(({ offer }) => offer)).toEqual([
    {
      url: 'https://github.com/acme/checkout/compare/main...hotfix/backoff?expand=1',
      words: 'Bring hotfix/backoff to main',
    },
  ]);

  await written(deploy('1.42.1', 40, { ...hotfix, environmentName: 'staging' }));
  expect(await backportsOf(dependencies(), [id])).toEqual([]);
});

it('offers the backport of what skipped staging, where staging runs the service', async () => {
  const id = await written(deploy('1.42.1', 20, { ...hotfix, branch: 'ada/try' }));
  expect(await backportsOf(dependencies(), [id])).toEqual([]);

  await written(deploy('1.42.0', -90, { ...hotfix, commit: 'b'.repeat(40), environmentName: 'staging' }));
  const offered = await backportsOf(dependencies(), [id]);
  expect(offered.map(({ offer }) => offer.words)).toEqual(['Bring ada/try to main']);
});

it('drafts the post-mortem with the names of those who said something, and the backport', async () => {
  const fixId = await written(deploy('1.42.1', 20, hotfix));
  await addNote(database.db, incident.id, { text: 'p99 is 4 s', at: after(5), saidBy: 'U2' }, after(5));
  await resolveIncident(
    database.db,
    incident.id,
    { causeId: null, note: 'the bank', fixIds: [fixId] },
    'U1',
    after(30),
  );
  const asked: (readonly string[])[] = [];
  const namesOf = (ids: readonly string[]) => {
    asked.push(ids);
    return Promise.resolve(new Map([['U1', 'ada']]));
  };

  const markdown = await draftPostMortem(
    dependencies(),
    await now(),
    { timezone: 'Europe/Berlin', namesOf },
    after(60),
  );

  expect(asked.map((ids) => ids.toSorted())).toEqual([['U1', 'U2']]);
  expect(markdown).toContain('| 16:29 | 17:29 | **Resolved**: the bank | ada |');
  expect(markdown).toContain('| 16:04 | 17:04 | “p99 is 4 s” | member U2 |');
  expect(markdown).toContain('- [ ] [Bring hotfix/backoff to main](');
});
