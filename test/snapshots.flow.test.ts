import { digestWith } from '../src/collectors/secret-facts.ts';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mostFacts } from '../src/domain/facts/fact.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { storeSnapshot } from '../src/parity/store-snapshot.ts';
import { addAlias } from '../src/timeline/aliases.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { aSnapshot, at, env, snapshotStore, variables } from './snapshots.ts';

let database: TestDatabase;
let store: ReturnType<typeof snapshotStore>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  store = snapshotStore(database);
});
afterAll(() => database.close());
beforeEach(() => store.clear());

interface Row {
  readonly service: string;
  readonly key: string;
  readonly value: string | null;
  readonly digest: string | null;
  readonly from: Date;
  readonly after: Date | null;
  readonly to: Date | null;
  readonly unseen: Date | null;
}

async function rows(): Promise<readonly Row[]> {
  const { rows: found } = await sql<Row>`
    select service, key, value, digest, valid_from as "from", after, valid_to as to, unseen_since as unseen
    from facts order by key, valid_from, id
  `.execute(database.db);
  return found;
}

const stored = { outcome: 'stored', drift: 0 };

describe('what is kept of snapshots', () => {
  it('nothing is written for facts that are as they were', async () => {
    await store.store(0, [env('A', '1'), env('B', '2')]);
    const before = await rows();
    expect(await store.store(15, [env('B', 2), env('A', '1')])).toMatchObject({ ...stored, facts: 2, changed: 0 });
    expect(await rows()).toEqual(before);
  });

  it('a fact that changed has one row for each value, with the window in which it changed', async () => {
    await store.store(0, [env('A', '1')]);
    await store.store(10, [env('A', '1')]);
    expect(await store.store(20, [env('A', '2')])).toMatchObject({ changed: 1, drift: 1 });
    expect(await rows()).toMatchObject([
      { value: '1', from: at(0), after: null, to: at(20) },
      { value: '2', from: at(20), after: at(10), to: null },
    ]);
  });

  it('names are ours, whatever the collector calls things, also by an alias that people added', async () => {
    await database.db.transaction().execute((trx) =>
      addAlias(trx, store.context.catalog, {
        what: 'service',
        alias: 'kasse',
        name: 'checkout',
        by: 'cli',
        now: at(0),
        replace: false,
      }),
    );
    const facts = [
      env('A', '1', 'Shop_Checkout'),
      env('B', '1', 'kasse'),
      env('C', '1', 'Unknown Thing'),
      env('D', '1', null),
      env('E', '1', ' '),
    ];
    expect(await store.store(0, facts, { environment: 'PRD' })).toMatchObject(stored);
    expect((await rows()).map(({ service }) => service)).toEqual(['checkout', 'checkout', 'unknown-thing', '', '']);
  });

  it('the first snapshot of a collector is a baseline, with what is likely meant to differ', async () => {
    await store.store(0, [env('DATABASE_URL', 'pg.staging'), env('LOG_LEVEL', 'info')], { environment: 'staging' });
    const first = await store.store(1, [env('DATABASE_URL', 'pg.production'), env('LOG_LEVEL', 'debug')]);
    expect(first).toMatchObject({ ...stored, changed: 2 });
    expect(first.outcome === 'stored' && first.notes).toEqual([
      'This is the first snapshot of production by dotenv: 2 facts to begin with, nothing to report. Likely meant to ' +
        'differ from staging, so worth a rule under `intended`: env DATABASE_URL.',
    ]);
  });
});

describe('secrets', () => {
  it('that a collector sent plain are digests before anything is kept', async () => {
    const secrets = [
      env('DB_PASSWORD', 'hunter2hunter2'),
      env('URL', 'postgres://ada:hunter2hunter2@db.internal/shop'),
      env('settings.yaml:stripe', { live: 'sk_live_abcdefghijklmnop' }),
    ];
    const first = await store.store(0, [...secrets, env('MAX_TOKENS', 4096)]);
    expect(first.outcome === 'stored' && first.notes[0]).toBe('3 values look secret: only a digest is kept.');
    const everything = JSON.stringify(await rows());
    expect(everything).not.toMatch(/hunter2|sk_live/);
    expect((await rows()).filter(({ digest }) => digest !== null)).toHaveLength(3);
    expect(
      await store.store(10, [...secrets.slice(1), env('DB_PASSWORD', 'another-one'), env('MAX_TOKENS', 4096)]),
    ).toMatchObject({ changed: 1, drift: 1 });
  });

  it('is the same secret whether its digest came or the secret itself', async () => {
    const digest = digestWith('key')?.('hunter2') ?? '';
    await store.store(0, [env('DB_PASSWORD', { digest })]);
    expect(await store.store(5, [env('DB_PASSWORD', 'hunter2')])).toMatchObject({ changed: 0 });
  });

  it('are only said to be there where there is no key for digests', async () => {
    const keyless = snapshotStore(database, { hmacKey: null });
    await keyless.store(0, [env('DB_PASSWORD', 'hunter2')]);
    expect(await rows()).toMatchObject([{ value: null, digest: 'present' }]);
    expect(await keyless.store(10, [env('DB_PASSWORD', 'hunter3')])).toMatchObject({ changed: 0, drift: 0 });
  });
});

describe('bad input', () => {
  const refusals = [
    [
      'an unknown environment, which is named with those that are known',
      { environment: 'prodction' },
      'I know no environment prodction. Do you mean production? Known: production, staging.',
    ],
    [
      'a time that is none',
      { takenAt: 'yesterday' },
      'taken_at is not a time with its zone such as 2026-11-20T14:05:00Z',
    ],
    [
      'two values of one key',
      { facts: [env('A', '1'), env('B', '1'), env('A', '2')] },
      'facts[2] (A): this snapshot says two different things of env A of checkout',
    ],
    [
      'a value and a digest of one key',
      { facts: [env('A', '1'), env('A', { digest: 'hmac-sha256:00' })] },
      'facts[1] (A): this snapshot says two different things of env A of checkout',
    ],
    [
      'two names of one service that contradict each other',
      { facts: [env('A', '1', 'checkout'), env('A', '2', 'Shop Checkout')] },
      'facts[1] (A): this snapshot says two different things of env A of checkout',
    ],
    [
      'a key of more than 500 characters',
      { facts: [env('k'.repeat(501), '1')] },
      `facts[0] (${'k'.repeat(60)}…): the key is longer than 500 characters`,
    ],
    [
      'a value that nests without end',
      { facts: [env('A', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`))] },
      'facts[0] (A): nests deeper than 60',
    ],
  ] as const;
  it.each(refusals)('%s is refused, and nothing is kept', async (_what, given, error) => {
    expect(await store.store(0, [env('A', '1')], given)).toEqual({ outcome: 'refused', status: 400, error });
    expect(await rows()).toEqual([]);
  });

  it('five million facts are refused before they are looked at', async () => {
    const facts = Array.from({ length: 5_000_000 }).fill(env('A', '1')) as ReturnType<typeof env>[];
    expect(await store.store(0, facts)).toMatchObject({ outcome: 'refused', status: 413 });
    expect(await store.store(0, facts.slice(0, mostFacts + 1))).toMatchObject({ status: 413 });
  });

  it('equal duplicates are one fact', async () => {
    expect(await store.store(0, [env('A', '1'), env('A', 1), env('A', '1')])).toMatchObject({ facts: 1, changed: 1 });
  });

  it('the same snapshot sent twice is one, also when its answer was lost', async () => {
    const first = await store.store(0, [env('A', '1')]);
    await store.store(10, [env('A', '2')]);
    const [again, old] = [await store.store(10, [env('A', '2')]), await store.store(0, [env('A', '1')])];
    expect(again).toMatchObject({ ...stored, facts: 1, changed: 0 });
    expect(old).toMatchObject({ ...stored, snapshot: first.outcome === 'stored' ? first.snapshot : '', changed: 0 });
    expect((await database.db.selectFrom('snapshots').select('id').execute()).length).toBe(2);
  });

  it('parts of one snapshot add up: what one part has not is not removed, each part sent once or twice', async () => {
    const all = variables(40);
    await store.store(0, all);
    const [one, two] = [all.slice(0, 30), all.slice(30)];
    for (const part of [one, two, one, two]) expect(await store.store(10, part)).toMatchObject({ outcome: 'stored' });
    const now = (await rows()).filter(({ to }) => to === null);
    expect(now).toHaveLength(40);
    expect(now.every(({ from }) => from.getTime() === at(0).getTime())).toBe(true);
    await store.settle(60);
    expect(await store.drifts()).toEqual([]);
  });

  it('parts that contradict each other are refused with the key', async () => {
    await store.store(0, [env('A', '1'), env('B', '1')]);
    await store.store(10, [env('A', '2'), env('B', '1')]);
    expect(await store.store(10, [env('A', '3')])).toMatchObject({
      status: 400,
      error: expect.stringMatching(/^A: another part/),
    });
  });

  it('a snapshot older than the newest is history: what is so now stays, and nothing drifts', async () => {
    await store.store(0, [env('A', '1')]);
    await store.store(30, [env('A', '1')]);
    const late = await store.store(40, [env('A', '2'), env('B', '1')], { takenAt: at(10).toISOString() });
    expect(late).toMatchObject({ ...stored, changed: 0 });
    expect(late.outcome === 'stored' && late.notes[0]).toMatch(/older than the newest/);
    expect(await rows()).toMatchObject([
      { key: 'A', value: '1', from: at(0), to: null },
      { key: 'A', value: '2', from: at(10), to: at(30) },
      { key: 'B', value: '1', from: at(10), to: at(30) },
    ]);
    expect(await store.store(50, [env('A', '1')])).toMatchObject({ changed: 0, drift: 0 });
  });

  it('a clock that runs ahead is not believed, one that is a little ahead is', async () => {
    const ahead = await store.store(0, [env('A', '1')], { takenAt: at(600).toISOString() });
    expect(ahead.outcome === 'stored' && ahead.notes[0]).toMatch(/in the future/);
    expect(await rows()).toMatchObject([{ from: at(0) }]);
    await store.store(10, [env('A', '2')], { takenAt: at(12).toISOString() });
    expect((await rows()).at(-1)).toMatchObject({ value: '2', from: at(12) });
  });

  it('keys with line breaks and controls are one line, values of a megabyte are cut when shown and compared whole', async () => {
    const long = 'x'.repeat(1_000_000);
    await store.store(0, [env('A\nB\u0000\u202e', '1'), env('LONG', long)]);
    const [strange, cut] = await rows();
    expect(strange?.key).toBe('A\\nB\\u0000\\u202e');
    expect(cut?.value).toHaveLength(2000);
    expect(await store.store(10, [env('A\nB\u0000\u202e', '1'), env('LONG', `${long}y`)])).toMatchObject({
      changed: 1,
    });
  });

  it('binary values are digests', async () => {
    const first = await store.store(0, [
      env('A', '\u0000\u0001ELF'),
      env('B', 'half \ud800 of one'),
      env('C', 'two\nlines\tand colour'),
    ]);
    expect(first.outcome === 'stored' && first.notes[0]).toBe('2 values are binary: only a digest is kept.');
    expect((await rows()).map(({ value }) => value === null)).toEqual([true, true, false]);
    expect(
      await store.store(10, [
        env('A', '\u0000\u0002ELF'),
        env('B', 'half \ud800 of one'),
        env('C', 'two\nlines\tand colour'),
      ]),
    ).toMatchObject({ changed: 1 });
  });
});

describe('less seen is not removed', () => {
  it('in a snapshot that is not complete, or that says what it did not see', async () => {
    for (const given of [{ complete: false }, { notSeen: ['secrets of shop: forbidden'] }]) {
      await store.clear();
      await store.store(0, variables(3));
      expect(await store.store(10, variables(2), given)).toMatchObject({ ...stored, changed: 0 });
      expect((await rows()).map(({ to, unseen }) => [to, unseen])).toEqual([
        [null, null],
        [null, null],
        [null, at(10)],
      ]);
      await store.store(20, variables(2), given);
      expect((await rows()).at(-1)?.unseen).toEqual(at(10));
      await store.store(30, variables(3));
      expect((await rows()).every(({ unseen }) => unseen === null)).toBe(true);
    }
  });

  it('when a complete snapshot lacks a whole facet or most of one: a permission was lost', async () => {
    const config = variables(100).map((fact) => ({ ...fact, facet: 'config' as const }));
    const tls = { service: null, facet: 'network' as const, key: 'tls.issuer', value: 'ACME' };
    await store.store(0, [...variables(10), ...config, tls]);
    const less = await store.store(10, [...variables(10), ...config.slice(0, 40)]);
    expect(less).toMatchObject({ ...stored, changed: 0 });
    expect(less.outcome === 'stored' && less.notes).toEqual([
      'config: 40 of 100 facts were seen; the others count as not looked at, not as removed.',
      'network: 0 of 1 facts were seen; the others count as not looked at, not as removed.',
    ]);
    // Nor when the next one still sees no more.
    expect(await store.store(20, [...variables(10), ...config.slice(0, 40)])).toMatchObject({ changed: 0, drift: 0 });
    expect((await rows()).every(({ to }) => to === null)).toBe(true);
    // What is seen again and changed meanwhile has the whole time as its window.
    const back = [...variables(10), ...config.slice(0, 99), { ...config[99], value: 'y' } as (typeof config)[0], tls];
    expect(await store.store(30, back)).toMatchObject({ changed: 1 });
    expect((await rows()).filter(({ value }) => value === 'y')).toMatchObject([{ after: at(0), from: at(30) }]);
  });

  it('but one of many that is gone is removed', async () => {
    await store.store(0, variables(30));
    expect(await store.store(10, variables(29))).toMatchObject({ changed: 1, drift: 1 });
  });

  it('and more seen is not added: with a permission that came back, or a facet that is new', async () => {
    await store.store(0, variables(5), { notSeen: ['secrets: forbidden'] });
    expect(await store.store(10, variables(9))).toMatchObject({ changed: 4, drift: 0 });
    const config = variables(5).map((fact) => ({ ...fact, facet: 'config' as const }));
    expect(await store.store(20, [...variables(9), ...config])).toMatchObject({ changed: 5, drift: 0 });
    expect(await store.store(30, [...variables(10), ...config])).toMatchObject({ changed: 1, drift: 1 });
  });
});

describe('several at once', () => {
  it('two collectors may claim one key: both values are kept, and neither drifts', async () => {
    await store.store(0, [env('A', '1')]);
    await store.store(1, [env('A', '2')], { collector: 'kubernetes' });
    await store.store(10, [env('A', '1')]);
    expect(await store.store(11, [env('A', '2')], { collector: 'kubernetes' })).toMatchObject({ changed: 0, drift: 0 });
    expect((await rows()).map(({ value, to }) => [value, to])).toEqual([
      ['1', null],
      ['2', null],
    ]);
  });

  it('a fact that both see change is one drift', async () => {
    for (const collector of ['dotenv', 'kubernetes']) await store.store(0, [env('A', '1')], { collector });
    for (const collector of ['dotenv', 'kubernetes']) await store.store(10, [env('A', '2')], { collector });
    await store.settle(60);
    expect(await store.drifts()).toHaveLength(1);
  });

  it('processes that store the same snapshot at once keep it once', async () => {
    const snapshot = aSnapshot(0, variables(50));
    const all = await Promise.all(Array.from({ length: 6 }, () => storeSnapshot(store.context, snapshot, at(0))));
    expect(new Set(all.map((each) => each.outcome === 'stored' && each.snapshot)).size).toBe(1);
    expect(all.filter((each) => each.outcome === 'stored' && each.changed === 50)).toHaveLength(1);
    expect(await rows()).toHaveLength(50);
  });

  it('processes that store different snapshots at once end where storing one after the other does', async () => {
    await store.store(0, [env('A', '0')]);
    await Promise.all(
      [5, 3, 1, 4, 2].map((minute) =>
        storeSnapshot(store.context, aSnapshot(minute, [env('A', `${minute}`)]), at(minute)),
      ),
    );
    const now = (await rows()).filter(({ to }) => to === null);
    expect(now).toMatchObject([{ value: '5', from: at(5) }]);
    expect(await database.db.selectFrom('snapshots').select('id').execute()).toHaveLength(6);
    const live = await database.db.selectFrom('drifts').select('after').where('state', '=', 'watched').execute();
    expect(live).toEqual([{ after: '5' }]);
  });
});
