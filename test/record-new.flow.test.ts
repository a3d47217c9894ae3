import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../src/database/schema.ts';
import { isRelated } from '../src/deploys/enqueue-relations.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Folded } from '../src/domain/fold.ts';
import type { Identity } from '../src/domain/identity.ts';
import { repetitionOf } from '../src/domain/repetition.ts';
import type { Signal } from '../src/domain/signal.ts';
import { createIngest } from '../src/ingest/ingest.ts';
import { addAlias } from '../src/timeline/aliases.ts';
import { newsRecorder } from '../src/timeline/record-new.ts';
import { type Recording, record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { delivered, now, said } from './recordings.ts';
import { tablesOf } from './tables.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
let database: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  [database, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([database.close(), other.close()]));
beforeEach(async () => {
  for (const { db } of [database, other]) {
    await emptyTables(
      db,
      `changes, identities, mentions, delivery_keys, environments, services, repositories, aliases, signals`,
    );
  }
});

const commit = (sha: string): Identity => ({ type: 'commit', value: `acme/checkout@${sha}` });

interface Options {
  readonly reacts?: (change: Folded) => boolean;
  readonly quiet?: ReturnType<typeof sql<boolean>>;
}

/** One that has read the aliases. */
async function recorderOf(db: Kysely<Schema>, { reacts = isRelated, ...options }: Options = {}) {
  const recordNew = newsRecorder({ db, catalog, now: () => now, reacts, ...options });
  await recordNew([delivered([])]);
  return recordNew;
}

function recordTogether(db: Kysely<Schema>, recordings: readonly Recording[]) {
  return db.transaction().execute((trx) => record(trx, recordings, { catalog, now }));
}

async function titles(db: Kysely<Schema>): Promise<readonly string[]> {
  return (await db.selectFrom('changes').select('title').orderBy('title').execute()).map(({ title }) => title);
}

async function waitForLock(): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        database.db,
      );
    if (rows.length > 0) return;
  }
}

describe('what is wholly new', () => {
  it('is recorded, and is told what `record` would tell', async () => {
    const recordNew = await recorderOf(database.db);
    const recordings = [
      delivered([said('new-a', [commit('aaaa')], { environmentName: 'prod' })], 'new-1'),
      delivered([said('new-b', [commit('aaaa'), commit('bbbb')])], 'new-2'),
      delivered([said('new-c', [commit('cccc')]), said('new-d', [commit('dddd')], { phase: 'mentioned' })]),
      delivered([said('new-e', [commit('eeee')])]),
      delivered([said('new-e', [commit('eeee'), commit('ffff')])]),
      delivered([], null, { outcome: 'failed', error: 'no JSON' }),
      delivered([], 'new-3', { outcome: 'ignored' }),
    ];
    const recorded = await recordNew(recordings);
    const expected = await recordTogether(other.db, recordings);

    expect(recorded.map((each) => each?.changeIds.length)).toEqual([1, 1, 2, 1, 1, 0, 0]);
    expect(recorded.map((each) => each && { ...each, changeIds: [] })).toEqual(
      expected.recorded.map((each) => ({ ...each, changeIds: [] })),
    );
    expect(await tablesOf(database.db)).toEqual(await tablesOf(other.db));
  });

  it('is recorded beside what is not', async () => {
    await recordTogether(database.db, [delivered([said('here', [commit('1111')])], 'here-1')]);
    const recordNew = await recorderOf(database.db);
    const recorded = await recordNew([
      delivered([said('more', [commit('1111')])]),
      delivered([said('beside', [commit('2222')])]),
      delivered([said('again', [commit('3333')])], 'here-1'),
    ]);

    expect(recorded.map((each) => each !== null)).toEqual([false, true, false]);
    expect(await titles(database.db)).toEqual(['beside', 'here']);
    expect(await database.db.selectFrom('identities').select('value').orderBy('value').execute()).toEqual(
      [commit('1111'), commit('2222')].map(({ value }) => ({ value })),
    );
  });
});

describe('left to `record` is what', () => {
  const signal: Signal = {
    key: 's',
    source: 'pagerduty',
    subject: 's',
    occurredAt: now.toISOString(),
    clock: 'source',
  };
  const event = (key: string, fields = {}) => said(key, [commit(key)], fields);

  it.each<[string, () => readonly Recording[]]>([
    ['needs a reaction', () => [delivered([event('left-a', { kind: 'deploy' })])]],
    ['comes with what needs one', () => [delivered([event('left-b', { kind: 'deploy' }), event('left-c')])]],
    [
      'is delivered twice at once',
      () => [delivered([event('left-d')], 'left-1'), delivered([event('left-d')], 'left-1')],
    ],
    ['says something about an incident', () => [{ ...delivered([event('left-e')]), signals: [signal] }]],
    ['is a replay', () => [{ ...delivered([event('left-f')]), delivery: { replayed: delivered([]).delivery.id } }]],
    [
      'is told again and again',
      () => [delivered([said('left-g', [repetitionOf('k8s', ['patch', 'x'], '2026-11-20T14:00:00.000Z')])])],
    ],
  ])('%s', async (_, recordings) => {
    const recordNew = await recorderOf(database.db);

    expect(new Set(await recordNew(recordings()))).toEqual(new Set([null]));
    expect(await titles(database.db)).toEqual([]);
  });

  it('comes while something listens for every change', async () => {
    const quiet = sql<boolean>`not exists (select from services where name = 'listening')`;
    const recordNew = await recorderOf(database.db, { quiet });
    await database.db.insertInto('services').values({ name: 'listening', first_seen_at: now }).execute();
    const during = await recordNew([delivered([event('left-h')])]);
    await database.db.deleteFrom('services').execute();
    const after = await recordNew([delivered([event('left-i')])]);

    expect([during[0], after[0]?.shown]).toEqual([null, 1]);
    expect(await titles(database.db)).toEqual(['left-i']);
  });

  it('comes first after an alias was added or removed, because it was added up without it', async () => {
    const recordNew = await recorderOf(database.db);
    const ours = (key: string) => [delivered([event(key, { serviceName: 'kasse' })])];
    const alias = { what: 'service', alias: 'kasse', name: 'checkout', by: 'cli', now, replace: false } as const;
    await database.db.insertInto('services').values({ name: 'checkout', first_seen_at: now }).execute();
    await recordNew(ours('alias-a'));
    await database.db.transaction().execute((trx) => addAlias(trx, catalog, alias));
    const [first] = await recordNew(ours('alias-b'));
    const [second] = await recordNew(ours('alias-c'));
    const rows = await database.db.selectFrom('changes').select(['title', 'service']).orderBy('title').execute();

    expect([first, second?.shown]).toEqual([null, 1]);
    expect(rows).toEqual([
      { title: 'alias-a', service: 'kasse' },
      { title: 'alias-c', service: 'checkout' },
    ]);
  });
});

describe('what another process records at the same time', () => {
  /** Begins while a transaction that records `first` has not ended, and ends after it has. */
  async function meanwhile<T>(first: Recording, work: () => Promise<T>): Promise<T> {
    let working: Promise<T> | undefined;
    await database.db.transaction().execute(async (trx) => {
      await record(trx, [first], { catalog, now });
      working = work();
      working.catch(() => undefined);
      await waitForLock();
    });
    if (working === undefined) throw new Error('the work has not begun');
    return working;
  }

  it.each([
    ['a delivery', delivered([said('race-a', [commit('aaaa')])], 'race-1'), delivered([], 'race-1')],
    ['an identity', delivered([said('race-b', [commit('bbbb')])]), delivered([said('race-c', [commit('bbbb')])])],
  ])('keeps all from being written when it is %s', async (_, theirs, ours) => {
    const recordNew = await recorderOf(database.db);
    const beside = delivered([said('race-beside', [commit('cccc')])]);
    const refused = meanwhile(theirs, () => recordNew([beside, ours]));

    await expect(refused).rejects.toMatchObject({ code: '23505' });
    const kept = await database.db
      .selectFrom('deliveries')
      .select('id')
      .where('id', 'in', [beside.delivery.id, ours.delivery.id])
      .execute();
    expect(kept).toEqual([]);
    expect(await titles(database.db)).not.toContain('race-beside');
  });

  it('is recorded once by whoever comes first, and all are told which that was', async () => {
    const ingests = [1, 2].map(() =>
      createIngest({ db: database.db, catalog, now: () => now, react: () => Promise.resolve(), reacts: isRelated }),
    );
    const send = (ingest: number, n: number) =>
      ingests[ingest]?.store('github', delivered([]).delivery.receivedAt, {
        parsed: { outcome: 'events', events: [said(`both-${n}`, [commit(`both-${n}`)])] },
        key: `both-${n}`,
        headers: {},
        body: Buffer.from('{}'),
      });
    const numbers = Array.from({ length: 400 }, (_, n) => n);
    const [ones, twos] = await Promise.all([
      Promise.all(numbers.map(async (n) => send(0, n))),
      Promise.all(numbers.toReversed().map(async (n) => send(1, n))),
    ]);
    const pairs = numbers.map((n) => [ones[n], twos[399 - n]]);
    const told = pairs.map((pair) => pair.map((each) => (each?.outcome === 'recorded' ? each.recorded : null)));

    expect(told.map((pair) => pair.filter((each) => each?.duplicate === false).length)).toEqual(numbers.map(() => 1));
    expect(told.filter(([one, two]) => one?.deliveryId !== two?.deliveryId)).toEqual([]);
    expect(await titles(database.db)).toHaveLength(400);
  });
});
