import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../src/domain/facts/fact.ts';
import { replay } from '../src/ingest/replay.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { settleDrift } from '../src/parity/settle-drift.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { at, env, snapshotStore, variables } from './snapshots.ts';

let database: TestDatabase;
let store: ReturnType<typeof snapshotStore>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  store = snapshotStore(database);
});
afterAll(() => database.close());
beforeEach(() => store.clear());

/** Beside what a test is about, so that nothing looks like a lost permission. */
const others = variables(5, 'x', 'OTHER_');
const pool = (size: string): readonly Fact[] => [env('DB_POOL', size), ...others];

/** A pool of 10 that is 50 since some time between minutes 40 and 55, as a snapshot saw at minute 55. */
async function drifted(): Promise<void> {
  await store.store(25, pool('10'));
  await store.store(40, pool('10'));
  expect(await store.store(55, pool('50'))).toMatchObject({ changed: 1, drift: 1 });
}

/** Their states, in the order in which they began. */
async function states(): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('drifts').select('state').orderBy('id').execute();
  return rows.map(({ state }) => state);
}

/** How often the timeline was told of drift, in all tests so far: events stay. */
async function told(): Promise<number> {
  return (await database.db.selectFrom('events').select('key').where('source', '=', 'snapshots').execute()).length;
}

describe('a fact that changed with no change that explains it', () => {
  it('is told when two snapshots have seen it, with its window and both values', async () => {
    await drifted();
    await store.settle(56);
    expect(await store.drifts()).toEqual([]);
    await store.store(60, pool('50'));
    await store.settle(60);
    expect(await store.drifts()).toMatchObject([
      {
        kind: 'drift',
        environment: 'production',
        service: 'checkout',
        title: 'DB_POOL of checkout drifted: 10 → 50, between 14:40 and 14:55 UTC on 2026-11-20',
        status: 'started',
        occurredAt: at(55),
        before: { DB_POOL: '10' },
        after: { DB_POOL: '50' },
        details: { facet: 'env', collector: 'dotenv', facts: 1 },
        actor: null,
        sources: ['snapshots'],
      },
    ]);
  });

  it('is told after 30 minutes, also when no other snapshot came', async () => {
    await drifted();
    await store.settle(84);
    expect(await store.drifts()).toEqual([]);
    await store.settle(85);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('is not told when it has passed before', async () => {
    await drifted();
    await store.store(60, pool('10'));
    await store.settle(120);
    expect([await states(), await store.drifts()]).toEqual([['cleared'], []]);
  });

  it('is told once when it opens and once when it clears, and not between', async () => {
    await drifted();
    const before = await told();
    for (const minute of [60, 75, 90, 105]) {
      await store.store(minute, pool(minute === 90 ? '60' : '50'));
      await store.settle(minute);
      await store.settle(minute + 1);
    }
    expect((await told()) - before).toBe(1);
    await store.store(120, pool('10'));
    await store.settle(120);
    await store.settle(121);
    expect((await told()) - before).toBe(2);
    expect(await store.drifts()).toMatchObject([
      { status: 'succeeded', occurredAt: at(55), finishedAt: at(120), details: { over: 'It is as it was before.' } },
    ]);
    // And is another one when it comes again.
    await store.store(135, pool('50'));
    await store.store(150, pool('50'));
    await store.settle(150);
    expect(await store.drifts()).toMatchObject([{ status: 'succeeded' }, { status: 'started' }]);
  });

  it('waits for a deploy of its service that is under way, and not for one of another', async () => {
    await drifted();
    await store.tell({ kind: 'deploy', title: 'deploy', status: 'started', occurred_at: at(50), key: 'd' });
    await store.settle(100);
    expect(await store.drifts()).toEqual([]);
    await store.tell({
      kind: 'deploy',
      title: 'deploy',
      status: 'succeeded',
      occurred_at: at(50),
      finished_at: at(101),
      key: 'd',
    });
    await store.tell({ kind: 'deploy', title: 'deploy', status: 'started', occurred_at: at(50), service: 'search' });
    await store.settle(102);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('of the environment waits for any deploy, but not for one that never ends', async () => {
    await store.store(0, [env('TZ', 'UTC', null), ...others]);
    await store.store(10, [env('TZ', 'CET', null), ...others]);
    await store.tell({ kind: 'deploy', title: 'deploy', status: 'started', occurred_at: at(5), service: 'search' });
    await store.settle(60);
    expect(await store.drifts()).toEqual([]);
    await store.settle(130);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('says of a secret that it is another, and of what came and went that it did', async () => {
    await store.store(0, [env('DB_PASSWORD', 'hunter2'), env('GONE', '1'), ...others]);
    for (const minute of [10, 20])
      await store.store(minute, [env('DB_PASSWORD', 'hunter3'), env('NEW', '2'), ...others]);
    await store.settle(20);
    const window = 'between 14:00 and 14:10 UTC on 2026-11-20';
    expect((await store.drifts()).map(({ title }) => title)).toEqual([
      `DB_PASSWORD of checkout drifted: another secret, ${window}`,
      `NEW of checkout drifted: new, 2, ${window}`,
      `GONE of checkout drifted: gone, was 1, ${window}`,
    ]);
    expect(JSON.stringify(await store.changes())).not.toMatch(/hunter|[0-9a-f]{16}/);
  });

  it('is none where settings say so, where it measures only, and where an empty value came or went', async () => {
    const facts = (value: string): readonly Fact[] => [
      { service: null, facet: 'config', key: 'app.yaml:build.timestamp', value },
      { service: null, facet: 'data', key: 'orders.rows', value },
      { service: null, facet: 'health', key: 'GET /', value },
      ...(value === '1' ? [] : [env('EMPTY', '')]),
      ...others,
    ];
    await store.store(0, facts('1'));
    expect(await store.store(10, facts('2'))).toMatchObject({ drift: 0 });
  });
});

describe('a change explains it', () => {
  const config = { kind: 'config', title: 'Raise the pool', after: { DB_POOL: '50' } };

  it('when it is known before the snapshot: there is no drift', async () => {
    await store.store(40, pool('10'));
    await store.tell({ ...config, occurred_at: at(50) });
    expect(await store.store(55, pool('50'))).toMatchObject({ changed: 1, drift: 0 });
    await store.settle(120);
    expect(await store.drifts()).toEqual([]);
  });

  it('when it arrives before the drift is told: it is not told', async () => {
    await drifted();
    await store.tell({ ...config, occurred_at: at(50) });
    await store.settle(120);
    expect([await states(), await store.drifts()]).toEqual([['explained'], []]);
  });

  it('when it arrives after the drift was told: it is over, with why', async () => {
    await drifted();
    await store.settle(90);
    expect(await store.drifts()).toHaveLength(1);
    await store.tell({ ...config, occurred_at: at(50) });
    await store.settle(100);
    expect(await states()).toEqual(['explained']);
    expect(await store.drifts()).toMatchObject([
      {
        status: 'succeeded',
        details: { over: expect.stringMatching(/^Explained by a change that was recorded later/) },
      },
    ]);
  });

  it.each([
    ['five minutes before the window, for clocks differ', at(36), 0],
    ['five minutes after it', at(59), 0],
    ['long before it', at(30), 1],
    ['long after it', at(65), 1],
  ])('%s', async (_what, occurredAt, count) => {
    await drifted();
    await store.tell({ ...config, occurred_at: occurredAt });
    await store.settle(120);
    expect(await store.drifts()).toHaveLength(count);
  });

  it.each([
    ['of another environment', { environment: 'staging', occurred_at: at(50) }],
    ['of another time', { occurred_at: at(5) }],
  ])('not when one that succeeded is %s', async (_what, given) => {
    await drifted();
    await store.tell({ ...config, status: 'succeeded', ...given, finished_at: given.occurred_at });
    await store.settle(120);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('not when it is of another environment or says another value', async () => {
    await drifted();
    await store.tell({ ...config, environment: 'staging', occurred_at: at(50) });
    await store.tell({ ...config, after: { DB_POOL: '20' }, occurred_at: at(50) });
    await store.settle(120);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('when it took long and had not ended when the fact was seen', async () => {
    await drifted();
    await store.tell({
      ...config,
      kind: 'infrastructure',
      status: 'succeeded',
      occurred_at: at(50),
      finished_at: at(75),
    });
    await store.settle(120);
    expect(await store.drifts()).toEqual([]);
  });
});

describe('many at once', () => {
  it('that one snapshot found under one prefix are one drift with a list', async () => {
    const all = (value: string) =>
      variables(100, value, 'app.yaml:item.').map((fact) => ({ ...fact, facet: 'config' as const }));
    await store.store(0, [...all('a'), ...pool('10')]);
    for (const minute of [10, 20]) await store.store(minute, [...all('b'), ...pool('50')]);
    await store.settle(20);
    const drifts = await store.drifts();
    expect(drifts.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^100 config facts of checkout in app.yaml drifted: app.yaml:item.0, app.yaml:item.\d+, /),
      expect.stringMatching(/^DB_POOL of checkout drifted/),
    ]);
    expect(Object.keys(drifts[0]?.before ?? {})).toHaveLength(40);
    // Over only when all of them are.
    await store.store(30, [...all('a').slice(0, 60), ...all('b').slice(60), ...pool('10')]);
    await store.settle(30);
    expect((await store.drifts()).map(({ status }) => status)).toEqual(['started', 'succeeded']);
    await store.store(40, [...all('a'), ...pool('10')]);
    await store.settle(40);
    expect((await store.drifts()).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  it('that have no prefix in common are one when they are more than a handful', async () => {
    await store.store(0, variables(40, 'a'));
    for (const minute of [10, 20]) await store.store(minute, variables(40, 'b'));
    await store.settle(20);
    expect((await store.drifts()).map(({ title }) => title)).toEqual([
      expect.stringMatching(/^40 env facts of checkout drifted/),
    ]);
  });
});

describe('the baseline changes', () => {
  it.each([
    [
      'the collector has another version',
      { collectorVersion: '2' },
      /^The baseline changed, because the collector is 2 and was 1: 1 facts read otherwise/,
    ],
  ])('when %s: a note, and no drift', async (_what, given, note) => {
    await store.store(40, pool('10'));
    const upgraded = await store.store(55, pool('50'), given);
    expect(upgraded).toMatchObject({ changed: 1, drift: 0 });
    expect(upgraded.outcome === 'stored' && upgraded.notes[0]).toMatch(note);
    await store.store(60, pool('50'), given);
    await store.settle(120);
    expect(await store.drifts()).toEqual([]);
  });

  it('when the rules of what is the same are new: a note, and the same text goes on being the same fact', async () => {
    await store.store(40, pool('10'));
    await sql`update snapshots set normaliser = normaliser - 1`.execute(database.db);
    await sql`update facts set same = decode(md5('older rules ' || encode(same, 'hex')), 'hex')`.execute(database.db);
    const upgraded = await store.store(55, pool('50'));
    expect(upgraded.outcome === 'stored' && upgraded.notes[0]).toMatch(/rules of what is the same are new: 1 facts/);
    expect(upgraded).toMatchObject({ changed: 1, drift: 0 });
    const now = await database.db.selectFrom('facts').select('valid_from').where('valid_to', 'is', null).execute();
    expect(now.filter((row) => row.valid_from.getTime() === at(55).getTime())).toHaveLength(1);
    expect(await store.store(60, pool('50'))).toMatchObject({ changed: 0, drift: 0 });
  });

  it('what had drifted and is read otherwise is over', async () => {
    await drifted();
    await store.settle(90);
    await store.store(95, pool('fifty'), { collectorVersion: '2' });
    await store.settle(95);
    expect(await store.drifts()).toMatchObject([
      { status: 'succeeded', details: { over: 'It is read in another way now.' } },
    ]);
  });
});

describe('who did it', () => {
  /** As the audit log of a cluster tells it. */
  async function audited(...people: readonly string[]): Promise<void> {
    for (const login of people) {
      await store.tell({
        kind: 'config',
        title: 'Deployment checkout in shop changed',
        occurred_at: at(50),
        actor: { login },
      });
    }
    await sql`update changes set events = replace(events::text, '"source": "api"', '"source": "kubernetes-audit"')::jsonb`.execute(
      database.db,
    );
  }

  it('is whom an audit log saw write to the service in the window', async () => {
    await drifted();
    await audited('ada');
    await store.settle(90);
    expect(await store.drifts()).toMatchObject([
      { actor: { login: 'ada' }, details: { seen: 'Deployment checkout in shop changed, by ada' } },
    ]);
  });

  it('is nobody when it saw several, and nobody when it saw none', async () => {
    await drifted();
    await audited('ada', 'bob');
    await store.settle(90);
    expect(await store.drifts()).toMatchObject([{ actor: null }]);
  });

  it('an audited write that says the value is a change that explains it', async () => {
    await drifted();
    await store.tell({
      kind: 'config',
      title: 'ConfigMap checkout in shop changed',
      occurred_at: at(50),
      after: { DB_POOL: '50' },
    });
    await store.settle(90);
    expect(await store.drifts()).toEqual([]);
  });
});

describe('telling', () => {
  it('is done again by whoever finds it undone, and changes nothing that was told', async () => {
    await drifted();
    const before = await told();
    const failing = { ...store.context, tell: () => Promise.reject(new Error('the database went away')) };
    await expect(settleDrift(failing, at(90))).rejects.toThrow('went away');
    expect([await states(), await store.drifts()]).toEqual([['open'], []]);
    await store.settle(91);
    await database.db.updateTable('drifts').set({ told: null }).execute();
    await store.settle(92);
    expect((await told()) - before).toBe(1);
  });

  it('of several processes at once is one', async () => {
    await drifted();
    await Promise.all(Array.from({ length: 5 }, () => settleDrift(store.context, at(90))));
    expect(await store.drifts()).toHaveLength(1);
  });

  it('is read again by a replay, with the same words', async () => {
    await drifted();
    await store.settle(90);
    const [{ id: _, ...before } = raise()] = await store.drifts();
    await emptyTables(database.db, 'changes, identities, mentions');
    const { catalog } = store.context;
    const readers = deliveryReaders({ catalog, conceal: concealWith('key') });
    const replaying = { db: database.db, readers, catalog, now: () => at(95), react: () => Promise.resolve() };
    expect((await replay(replaying, { from: at(0) })).failed).toEqual([]);
    expect(await store.drifts()).toContainEqual({ ...before, id: expect.any(String), recordedAt: expect.any(Date) });
  });
});

function raise(): never {
  throw new Error('no drift');
}
