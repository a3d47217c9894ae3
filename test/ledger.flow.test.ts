import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepPartitions } from '../src/database/partitions.ts';
import type { Schema } from '../src/database/schema.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import { sealRecord } from '../src/ledger/seal.ts';
import { newestSeal, verifyRecord } from '../src/ledger/verify.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { delivered, now, said } from './recordings.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
const day = 86_400_000;
let database: TestDatabase;
let db: Kysely<Schema>;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
});
afterAll(() => database.close());
beforeEach(async () => {
  await tamper(db, async (trx) => {
    await sql`truncate ledger_seals, audit_events`.execute(trx);
    await sql`delete from events`.execute(trx);
  });
});

/** As somebody would who may do everything in the database. */
async function tamper(on: Kysely<Schema>, act: (trx: Kysely<Schema>) => Promise<void>): Promise<void> {
  await on.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await act(trx);
  });
}

/** Each in a transaction of its own. */
async function recordEvents(keys: readonly string[], at = now, occurredAt?: string): Promise<void> {
  for (const key of keys) {
    count += 1;
    const event = said(
      key,
      [{ type: 'run', value: `${key} ${count}` }],
      occurredAt === undefined ? {} : { occurredAt },
    );
    await db.transaction().execute((trx) => record(trx, [delivered([event])], { catalog, now: at }));
  }
}

/** When what others do on the same server, in databases of their own, no longer holds it up. */
async function seal(at = now, until: string | null = null) {
  for (;;) {
    const { rows } = await sql<{ settled: boolean }>`
      select txid_snapshot_xmin(txid_current_snapshot()) > (
        select coalesce(max(txid), 0) - txid_offset from (
          select txid from events where key = coalesce(${until}, key) union all
          select txid from audit_events where ${until}::text is null
        ) as recorded
      ) as settled from ledger_state
    `.execute(db);
    if (rows[0]?.settled === true) return sealRecord(db, () => at);
  }
}

const everything = { days: { from: null, to: null }, head: null };
const verify = (asked: Partial<Parameters<typeof verifyRecord>[1]> = {}) =>
  verifyRecord(db, { ...everything, ...asked });

async function found(asked: Partial<Parameters<typeof verifyRecord>[1]> = {}) {
  const { findings } = await verify(asked);
  return findings.map(({ what, finding, key, seal: number }) => `${what} ${key ?? `seal ${number}`} ${finding}`);
}

const events = () => db.selectFrom('events').select(['key', 'occurred_at']).orderBy('key').execute();
const seals = () => db.selectFrom('ledger_seals').select(['number', 'stream', 'count']).orderBy('number').execute();

describe('the ledger', () => {
  it('proves what was recorded once it is sealed, and says what is not yet', async () => {
    await recordEvents(['a', 'b', 'c']);

    expect(await verify()).toMatchObject({ seals: 0, unsealed: { events: 3, since: now }, wrong: 0, head: null });
    expect(await seal()).toEqual({ seals: 1, rows: 3 });
    expect(await seal()).toEqual({ seals: 0, rows: 0 });
    expect(await verify()).toMatchObject({ seals: 1, events: 3, unsealed: { events: 0 }, wrong: 0 });
  });

  it('seals what is recorded on two days in a seal for each, and goes on', async () => {
    const later = new Date(now.getTime() + day);
    await recordEvents(['a', 'b']);
    await recordEvents(['c'], later);
    // One process whose clock is behind, just after midnight.
    await recordEvents(['d'], now);
    await seal(later);
    await recordEvents(['e'], later, '2020-01-01T00:00:00.000Z');
    await seal(later);

    const rows = await sql`
      select day::text, sequence, count from ledger_seals order by number
    `.execute(db);
    expect(rows.rows).toEqual([
      { day: '2026-11-20', sequence: 1, count: 3 },
      { day: '2026-11-21', sequence: 1, count: 1 },
      { day: '2026-11-21', sequence: 2, count: 1 },
    ]);
    expect(await found()).toEqual([]);
    expect(await verify({ days: { from: '2026-11-21', to: '2026-11-21' } })).toMatchObject({ events: 2, wrong: 0 });
  });

  it('waits for a transaction that may still record something, and misses nothing that commits late', async () => {
    await recordEvents(['before']);
    const slow = new pg.Client({ connectionString: database.url });
    await slow.connect();
    await slow.query('begin');
    await slow.query(
      `insert into events (occurred_at, key, recorded_at, delivery_id, source, event)
       values ($1, 'slow', $1, gen_random_uuid(), 'test', '{}')`,
      [now],
    );
    await recordEvents(['after']);
    const first = await seal(now, 'before');
    await slow.query('commit');
    await slow.end();
    const second = await seal();

    expect([first.rows, second.rows]).toEqual([1, 2]);
    expect(await seal()).toEqual({ seals: 0, rows: 0 });
    expect(await found()).toEqual([]);
  });

  it('is sealed once by processes that do it at the same time', async () => {
    await recordEvents(['a', 'b', 'c', 'd']);
    const done = await Promise.all([seal(), seal(), seal()]);
    await seal();

    expect(done.reduce((sum, { rows }) => sum + rows, 0)).toBe(4);
    expect(await verify()).toMatchObject({ events: 4, wrong: 0 });
  });
});

const alterations: readonly (readonly [string, (trx: Kysely<Schema>) => Promise<unknown>, readonly string[]])[] = [
  [
    'what an event says',
    (trx) => sql`update events set event = jsonb_set(event, '{statement,title}', '"x"') where key = 'b'`.execute(trx),
    ['event b altered'],
  ],
  ['who told of it', (trx) => sql`update events set source = 'x' where key = 'b'`.execute(trx), ['event b altered']],
  [
    'by which delivery',
    (trx) => sql`update events set delivery_id = gen_random_uuid() where key = 'b'`.execute(trx),
    ['event b altered'],
  ],
  [
    'when it was recorded, by a microsecond',
    (trx) => sql`update events set recorded_at = recorded_at + interval '1 microsecond' where key = 'b'`.execute(trx),
    ['event b altered'],
  ],
  [
    'the day on which it was recorded',
    (trx) => sql`update events set recorded_at = recorded_at + interval '1 day' where key = 'b'`.execute(trx),
    ['event b altered'],
  ],
  ['that it is there', (trx) => sql`delete from events where key = 'b'`.execute(trx), ['event b missing']],
  [
    'its key',
    (trx) => sql`update events set key = 'x' where key = 'b'`.execute(trx),
    ['event x inserted', 'event b missing'],
  ],
  [
    'when it happened',
    (trx) => sql`update events set occurred_at = occurred_at - interval '1 minute' where key = 'b'`.execute(trx),
    ['event b inserted', 'event b missing'],
  ],
  [
    'that there is another',
    (trx) =>
      sql`insert into events select occurred_at, 'x', recorded_at, delivery_id, source, event, txid from events
        where key = 'b'`.execute(trx),
    ['event x inserted'],
  ],
  [
    'that there is another, of another day',
    (trx) =>
      sql`insert into events select occurred_at, 'x', recorded_at - interval '3 days', delivery_id, source, event, txid
        from events where key = 'b'`.execute(trx),
    ['event x inserted'],
  ],
  [
    'that there is another, older than the ledger',
    (trx) =>
      sql`insert into events select occurred_at, 'x', recorded_at, delivery_id, source, event, 0 from events
        where key = 'b'`.execute(trx),
    ['event x inserted'],
  ],
  [
    'a seal',
    (trx) => sql`update ledger_seals set last_at = last_at + interval '1 s' where number = 2`.execute(trx),
    ['seal seal 2 altered'],
  ],
  [
    'a seal, hashed anew',
    (trx) => sql`update ledger_seals set hash = sha256(hash) where number = 2`.execute(trx),
    ['seal seal 2 altered', 'seal seal 3 altered'],
  ],
  [
    'proofs of rows',
    (trx) =>
      sql`update ledger_seals set leaves = set_byte(leaves, 31, 1 # get_byte(leaves, 31)) where number = 2`.execute(
        trx,
      ),
    ['seal seal 2 altered'],
  ],
  [
    'that there is a seal',
    (trx) => sql`delete from ledger_seals where number = 2`.execute(trx),
    ['seal seal 3 missing'],
  ],
];

describe('verifying', () => {
  it.each(alterations)('finds that somebody altered %s', async (_what, act, expected) => {
    await recordEvents(['a']);
    await seal();
    await recordEvents(['b', 'b2']);
    await seal();
    await recordEvents(['c']);
    await seal();
    expect(await found()).toEqual([]);
    await tamper(db, async (trx) => {
      await act(trx);
    });

    expect((await found()).toSorted()).toEqual([...expected].toSorted());
  });

  it('knows a chain again by a head that was noted, also when all of it was made anew', async () => {
    await recordEvents(['a']);
    await seal();
    const noted = (await newestSeal(db))?.hash ?? '';
    await recordEvents(['b']);
    await seal();

    expect(await found({ head: noted })).toEqual([]);
    await tamper(db, async (trx) => {
      await sql`delete from events where key = 'a'`.execute(trx);
      await sql`truncate ledger_seals`.execute(trx);
    });
    await seal();
    expect(await found()).toEqual([]);
    expect(await found({ head: noted })).toEqual([`head ${noted} missing`]);
  });

  it('keeps the proof of events that are gone because they are old', async () => {
    const old = new Date('2026-09-10T12:00:00Z');
    await keepPartitions(db, old, { deliveries: 30, events: 60 });
    await recordEvents(['old-1', 'old-2'], old, '2026-09-10T11:00:00.000Z');
    await recordEvents(['very-old'], old, '2020-01-01T00:00:00.000Z');
    await seal(old);
    await keepPartitions(db, now, { deliveries: 30, events: 60 });
    await recordEvents(['new']);
    await seal();
    const later = new Date('2026-12-15T12:00:00Z');
    await keepPartitions(db, later, { deliveries: 30, events: 60 });
    await seal(later);

    expect((await events()).map(({ key }) => key)).toEqual(['new']);
    const verified = await verify();
    expect(verified).toMatchObject({ events: 4, wrong: 0 });
    expect(verified.expired).toEqual([{ day: '2026-09-10', rows: 3, on: later }]);
    expect(verified.decisions).toBeGreaterThan(0);
  });

  it('does not take for old what somebody removed before its time', async () => {
    await keepPartitions(db, now, { deliveries: 30, events: 60 });
    await recordEvents(['a', 'b']);
    await seal();
    await tamper(db, async (trx) => {
      await sql`delete from events where key = 'a'`.execute(trx);
    });

    expect(await found()).toEqual(['event a missing']);
  });

  it('seals as it is found what was there before the ledger, in pieces', async () => {
    await recordEvents(['x'], now, '2024-05-05T00:00:00.000Z');
    await tamper(db, async (trx) => {
      await sql`insert into events select occurred_at + n % 9000 * interval '1 second', 'e' || n, recorded_at, delivery_id,
        source, event, 0 from events, generate_series(1, 25000) n where key = 'x'`.execute(trx);
      await sql`update ledger_state set earlier_sealed = false`.execute(trx);
    });
    await seal();

    expect((await seals()).filter(({ stream }) => stream === 'earlier').length).toBeGreaterThan(2);
    expect(await verify()).toMatchObject({ events: 25001, wrong: 0 });
    await tamper(db, async (trx) => {
      await sql`update events set source = 'x' where key = 'e777'`.execute(trx);
      await sql`delete from events where key = 'e12345'`.execute(trx);
      await sql`insert into events select occurred_at, 'y', recorded_at, delivery_id, source, event, 0 from events
        where key = 'e100'`.execute(trx);
    });
    expect((await found()).filter((each) => !each.includes('missing')).toSorted()).toEqual([
      'event e777 altered',
      'event y inserted',
    ]);
    expect((await verify()).wrong).toBe(3);
  });

  it('is told of decisions too', async () => {
    await db
      .insertInto('tokens')
      .values({ name: 'ci', hash: Buffer.alloc(32, 7), scopes: ['read'], created_at: now, revoked_at: null })
      .execute();
    await seal();
    await tamper(db, async (trx) => {
      await sql`update audit_events set actor = 'somebody else'`.execute(trx);
    });

    const [decision] = await db.selectFrom('audit_events').select('id').execute();
    expect(await found()).toEqual([`decision ${decision?.id} altered`]);
  });
});

describe('a database that was moved to another server', () => {
  it('goes on with higher numbers, so that nothing new falls into what is sealed', async () => {
    const { migrate } = await import('../src/database/migrate.ts');
    await recordEvents(['a']);
    await seal();
    // As if the other server had counted far further.
    await tamper(db, async (trx) => {
      await sql`update events set txid = txid + 1000000000`.execute(trx);
      await sql`truncate ledger_seals`.execute(trx);
      await sql`insert into audit_events (at, kind, actor, about, details, txid)
        values (now(), 'x', 'x', 'x', '{}', 1000000000)`.execute(trx);
    });
    await migrate(db);
    await recordEvents(['b']);
    await seal();

    expect(await verify()).toMatchObject({ events: 2, unsealed: { events: 0 }, wrong: 0 });
  });
});

describe('the tables of the record', () => {
  it.each(['audit_events', 'ledger_seals'] as const)('refuse changes of %s', async (table) => {
    await db
      .insertInto('tokens')
      .values({ name: 'ci', hash: Buffer.from(table.padEnd(32)), scopes: ['read'], created_at: now, revoked_at: null })
      .execute();
    await seal();

    for (const statement of [
      sql`delete from ${sql.table(table)}`,
      sql`truncate ${sql.table(table)}`,
      table === 'audit_events' ? sql`update audit_events set actor = 'x'` : sql`update ledger_seals set count = 9`,
    ]) {
      await expect(statement.execute(db)).rejects.toThrow('append-only');
    }
  });
});
