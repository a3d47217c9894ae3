import { addMinutes } from 'date-fns';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { Incident, Verdict } from '../src/domain/incidents/incident.ts';
import { labelledIncidents } from '../src/incidents/labelled.ts';
import { resolveIncident } from '../src/incidents/resolve.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { insertIncident } from './incidents.ts';

const catalog: Catalog = {
  environments: new Map(['production', 'staging'].map((name) => [name, name])),
  services: [],
  configPaths: [],
};
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
  incident = await insertIncident(database.db);
});

let count = 0;

async function changed(name: string, minute: number, given: Partial<Statement> = {}): Promise<string> {
  count += 1;
  const event: TimelineEvent = {
    statement: {
      key: `github:deployment:${name}`,
      source: 'github',
      occurredAt: after(minute).toISOString(),
      clock: 'source',
      phase: 'happened',
      kind: 'deploy',
      environmentName: 'production',
      serviceName: 'checkout',
      ...given,
    },
    identities: [{ type: 'deployment', value: name }],
    mentions: [],
  };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: after(90) }));
  return batch.recorded[0]?.changeIds[0] ?? '';
}

async function labelled() {
  const found = [];
  const releases = { window: null, freezes: [], mirrors: new Map([['production', ['staging']]]) };
  const dependencies = { db: database.db, catalog, lookback: 86_400_000, releases };
  for await (const each of labelledIncidents(dependencies)) found.push(each);
  return found;
}

async function causes(): Promise<readonly (readonly string[])[]> {
  return (await labelled()).map((each) => each.causes);
}

function decide(changeId: string, verdict: Verdict) {
  return sayVerdict(database.db, incident.id, { changeId, verdict, why: 'its errors name it' }, 'U1', after(20));
}

function resolve(given: { readonly causeId?: string | null; readonly note?: string; readonly fixIds?: string[] } = {}) {
  return resolveIncident(database.db, incident.id, { note: 'all is well', ...given }, 'U1', after(30));
}

it('has what was named the cause, with what was known some minutes after it began', async () => {
  const bad = await changed('bad', -4, { from: '1.41.3', to: '1.42.0' });
  const other = await changed('other', -20, { serviceName: 'search' });
  await changed('much later', 300);
  await resolve({ causeId: bad });

  const [found] = await labelled();

  expect(found).toMatchObject({
    id: `INC-${incident.id}`,
    title: 'Checkout errors',
    symptom: 'Checkout errors',
    environment: 'production',
    services: ['checkout'],
    startedAt: onset,
    askedAt: after(10),
    causes: [bad],
  });
  expect(found?.changes.map(({ id }) => id)).toEqual([bad, other]);
});

it('has what somebody decided while it was open', async () => {
  const bad = await changed('bad', -4);
  await decide(bad, 'caused');

  expect(await causes()).toEqual([[bad]]);
});

it('has the change that a rollback took back, though nobody named it', async () => {
  const bad = await changed('bad', -4, { from: '1.41.3', to: '1.42.0' });
  const search = { serviceName: 'search' };
  await changed('elsewhere', -60, { ...search, from: '7.3.0', to: '7.4.0' });
  await changed('elsewhere back', 5, { ...search, kind: 'rollback', from: '7.4.0', to: '7.3.0' });
  await changed('back', 8, { kind: 'rollback', from: '1.42.0', to: '1.41.3' });
  await resolve();

  expect(await causes()).toEqual([[bad]]);
});

it('has what the named fix took back, and not what else was taken back meanwhile', async () => {
  const flag = { kind: 'flag' as const, title: 'new-ledger' };
  const bad = await changed('flag', -10, { ...flag, from: 'off', to: 'on' });
  await changed('deploy', -4, { from: '1.41.3', to: '1.42.0' });
  await changed('back', 8, { kind: 'rollback', from: '1.42.0', to: '1.41.3' });
  const off = await changed('off', 15, { ...flag, from: 'on', to: 'off' });
  await resolve({ fixIds: [off] });

  expect(await causes()).toEqual([[bad]]);
});

it('has no cause where somebody said that it was no change', async () => {
  await changed('bad', -4);
  await resolve({ causeId: null, note: 'the bank was down' });

  expect(await causes()).toEqual([[]]);
});

it('leaves out what nobody knows the cause of', async () => {
  await changed('bad', -4);
  expect(await labelled()).toEqual([]);

  await resolve({ note: 'it went away' });
  expect(await labelled()).toEqual([]);
});

it('leaves out what was taken back and ruled out, and what came after it began', async () => {
  const bad = await changed('bad', -4, { from: '1.41.3', to: '1.42.0' });
  await changed('tried', 2, { from: '1.42.0', to: '1.42.1' });
  await changed('back', 8, { kind: 'rollback', from: '1.42.1', to: '1.41.3' });
  await decide(bad, 'dismissed');
  await resolve();

  expect(await labelled()).toEqual([]);
});

it('does not name a private incident', async () => {
  await database.db.updateTable('incidents').set({ private: true }).execute();
  await resolve({ causeId: await changed('bad', -4) });

  expect((await labelled())[0]?.title).toBe(`INC-${incident.id}`);
});

it('reads any number of incidents', async () => {
  const bad = await changed('bad', -4);
  for (let made = 0; made < 120; made += 1) await insertIncident(database.db, { cause_id: bad });

  expect(await labelled()).toHaveLength(120);
});

it('knows of each change what only the history knows', async () => {
  await changed('1.41.0 in staging', -600, { environmentName: 'staging', to: '1.41.0' });
  const bad = await changed('bad', -4, { to: '1.42.0' });
  await resolve({ causeId: bad });

  const [found] = await labelled();

  expect(found?.background.get(bad)).toMatchObject({ skippedStaging: true });
});
