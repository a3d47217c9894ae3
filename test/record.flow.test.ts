import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brotliCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import type { Catalog } from '../src/domain/catalog.ts';
import type { TimelineEvent } from '../src/domain/event.ts';
import type { Identity } from '../src/domain/identity.ts';
import { repetitionOf } from '../src/domain/repetition.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { type BodyPlace, bodyReader } from '../src/timeline/read-body.ts';
import { type Recording, type StoredDelivery, record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { delivered, now, said } from './recordings.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'changes, identities, mentions, delivery_keys, environments, services, repositories');
});

const push: Identity = { type: 'commit', value: 'acme/checkout@aaaa' };
const pull: Identity = { type: 'pull-request', value: 'acme/checkout#12' };

function write(...recordings: readonly Recording[]) {
  return database.db.transaction().execute((trx) => record(trx, recordings, { catalog, now }));
}

/** Their rows, in the order of these. */
async function kept(recordings: readonly { readonly delivery: StoredDelivery }[]) {
  const ids = recordings.map(({ delivery }) => delivery.id);
  const rows = await database.db.selectFrom('deliveries').selectAll().where('id', 'in', ids).execute();
  return ids.map((id) => rows.find((row) => row.id === id));
}

function at(rows: readonly (BodyPlace | undefined)[], index: number): BodyPlace {
  const row = rows[index];
  if (row === undefined) throw new Error('it was not kept');
  return row;
}

async function shownTitles(): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('changes')
    .select('title')
    .where('at', 'is not', null)
    .orderBy('title')
    .execute();
  return rows.map((row) => row.title);
}

/** Runs two transactions so that the second begins its work while the first has done its own and not committed. */
async function overlapping(first: Recording, second: Recording) {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let started = () => {};
  const ready = new Promise<void>((resolve) => {
    started = resolve;
  });
  const one = database.db.transaction().execute(async (trx) => {
    const batch = await record(trx, [first], { catalog, now });
    started();
    await held;
    return batch;
  });
  await ready;
  const two = write(second);
  await waitForLock();
  finish();
  return Promise.all([one, two]);
}

async function waitForLock(): Promise<void> {
  for (;;) {
    const waiting =
      await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        database.db,
      );
    if (waiting.rows.length > 0) return;
  }
}

describe('a delivery', () => {
  it('is kept with the very bytes that came, whatever was written with it', async () => {
    const bodies = ['{"é":1}', '', 'x'.repeat(400_000), '{"é":2}'].map((text) => Buffer.from(text));
    const recordings = bodies.map((body, n) => delivered([], `kept-${n}`, { body }));
    await write(...recordings);
    const rows = await kept(recordings);
    const bodyOf = bodyReader(database.db);

    // Not all of them one after the other.
    for (const n of [3, 0, 2, 1]) expect(await bodyOf(at(rows, n))).toEqual(bodies[n]);
    expect(rows[0]).toMatchObject({ source: 'github', outcome: 'recorded', headers: {} });
  });

  it('that was received last has the bodies of all, because it expires last', async () => {
    const earlier = delivered([said('a', [push])]);
    const later = delivered([said('b', [pull])]);
    await write(later, earlier);
    const rows = await kept([earlier, later]);

    expect(rows.map((row) => [row?.body !== null, row?.block, row?.block_at])).toEqual(
      [false, true].map((has) => [has, later.delivery.id, later.delivery.receivedAt]),
    );
  });

  it('has no body any more once what was received last has expired', async () => {
    const earlier = delivered([said('a', [push])]);
    const later = delivered([said('b', [pull])]);
    await write(earlier, later);
    await database.db.deleteFrom('deliveries').where('id', '=', later.delivery.id).execute();

    expect(await bodyReader(database.db)(at(await kept([earlier]), 0))).toBeNull();
  });

  it('that is kept again with others which are here already keeps its own body', async () => {
    const again = delivered([said('a', [push])], 'sent-twice', { body: Buffer.from('{"first":true}') });
    await write(again);
    const repeated = delivered([said('a', [push])], 'sent-twice', { body: Buffer.from('{"again":true}') });
    const beside = delivered([said('b', [pull])], 'beside', { body: Buffer.from('{"beside":true}') });
    await write(repeated, beside);
    const rows = await kept([again, beside]);
    const bodyOf = bodyReader(database.db);

    expect(await bodyOf(at(rows, 0))).toEqual(again.delivery.body);
    expect(await bodyOf(at(rows, 1))).toEqual(beside.delivery.body);
  });

  it('that was kept alone, before there were blocks, is read', async () => {
    const { delivery } = delivered([]);
    const body = brotliCompressSync('{"old":true}');
    const row = { id: delivery.id, received_at: delivery.receivedAt, source: 'github', headers: '{}' };
    await database.db
      .insertInto('deliveries')
      .values({ ...row, body, outcome: 'recorded' })
      .execute();
    const [old] = await kept([{ delivery }]);

    expect((await bodyReader(database.db)(at([old], 0)))?.toString()).toBe('{"old":true}');
  });

  it('cannot be kept without a body, nor in half a block', async () => {
    const { delivery } = delivered([]);
    const row = { id: delivery.id, received_at: delivery.receivedAt, source: 'github', headers: '{}' } as const;
    const insert = (more: { readonly body?: Buffer; readonly block?: string; readonly start?: number }) =>
      database.db
        .insertInto('deliveries')
        .values({ ...row, ...more, outcome: 'recorded' })
        .execute();

    for (const more of [{}, { block: delivery.id }, { body: Buffer.from('x'), start: 1 }])
      await expect(insert(more)).rejects.toMatchObject({ code: '23514' });
  });

  it.each([
    [
      'one after the other',
      async (a: Recording, b: Recording) => [await write(a), await write(b)].flatMap((batch) => batch.recorded),
    ],
    ['in one transaction', async (a: Recording, b: Recording) => (await write(a, b)).recorded],
    [
      'at once in two processes',
      async (a: Recording, b: Recording) => (await overlapping(a, b)).flatMap((batch) => batch.recorded),
    ],
  ])('that comes twice %s is recorded once, and both are told its number', async (_, both) => {
    const [first, second] = await both(
      delivered([said('a', [push])], 'uuid-1'),
      delivered([said('a', [push])], 'uuid-1'),
    );

    expect(first).toMatchObject({ duplicate: false, shown: 1 });
    expect(second).toEqual({
      deliveryId: first?.deliveryId,
      duplicate: true,
      changeIds: [],
      newEvents: 0,
      shown: 0,
      alerts: 0,
    });
    expect(await shownTitles()).toEqual(['a']);
  });
});

describe('events that share an identity', () => {
  it.each([
    ['one after the other', async (a: Recording, b: Recording) => [await write(a), await write(b)]],
    ['in one transaction', async (a: Recording, b: Recording) => [await write(a, b)]],
    ['at once in two processes', overlapping],
  ])('are one change when they come %s', async (_, both) => {
    await both(delivered([said('push', [push])]), delivered([said('pull', [pull, push], { authority: 1 })]));

    expect(await shownTitles()).toEqual(['pull']);
  });

  it('say nothing new when they are said again in another delivery', async () => {
    await write(delivered([said('a', [push])]));
    const again = await write(delivered([said('a', [push])]));

    expect(again.recorded[0]).toMatchObject({ duplicate: true, shown: 0, newEvents: 0 });
    expect(again.touched).toEqual([]);
  });

  it('join two changes into the older when an event shows that they are one', async () => {
    const first = await write(delivered([said('push', [push])]));
    await write(delivered([said('review', [pull])]));
    const joined = await write(delivered([said('pull', [pull, push], { authority: 1 })]));

    expect(joined.recorded[0]?.changeIds).toEqual(first.recorded[0]?.changeIds);
    expect(await shownTitles()).toEqual(['pull']);
    const later = await write(delivered([said('late review', [pull], { phase: 'mentioned' })]));
    expect(later.recorded[0]?.changeIds).toEqual(first.recorded[0]?.changeIds);
  });

  it('keep a change hidden while they only mention it', async () => {
    const mentioned = await write(delivered([said('review', [pull], { phase: 'mentioned' })]));

    expect(mentioned.recorded[0]).toMatchObject({ shown: 0, newEvents: 1 });
    expect(await shownTitles()).toEqual([]);
  });
});

describe('recording', () => {
  it('is all or nothing', async () => {
    const tooLong = said('x'.repeat(501), [{ type: 'commit', value: 'acme/checkout@bbbb' }]);

    await expect(write(delivered([said('a', [push])]), delivered([tooLong]))).rejects.toMatchObject({ code: '23514' });
    expect(await shownTitles()).toEqual([]);
  });

  it('learns environments, services and repositories from changes that are shown', async () => {
    await write(
      delivered([
        said('a', [push], { environmentName: 'Prod' }),
        said('b', [pull], { phase: 'mentioned', repository: 'acme/unseen' }),
      ]),
    );

    expect(await database.db.selectFrom('environments').select('name').execute()).toEqual([{ name: 'production' }]);
    expect(await database.db.selectFrom('services').select('name').execute()).toEqual([{ name: 'checkout' }]);
    expect(await database.db.selectFrom('repositories').select('name').execute()).toEqual([{ name: 'acme/checkout' }]);
  });

  it('writes every event once into the ledger, with its delivery', async () => {
    const recording = delivered([said('once', [{ type: 'commit', value: 'acme/checkout@cccc' }])]);
    await write(recording);
    await write(delivered(recording.events));
    const rows = await database.db.selectFrom('events').select('delivery_id').where('key', '=', 'once').execute();

    expect(rows).toEqual([{ delivery_id: (recording.delivery as { id: string }).id }]);
  });
});

describe('the same told again and again', () => {
  const hour = 10;

  /** A controller patches one object; `n` tells each patch apart. */
  function patch(run: string, n: number, minute = n % 60, verb = 'patch'): TimelineEvent {
    const occurredAt = `2026-11-20T${hour}:${String(minute).padStart(2, '0')}:00.000Z`;
    const title = `${verb} configmap leader`;
    const event = said(`${run}:${verb}:${n}`, [repetitionOf(run, [verb, 'configmap leader'], occurredAt)], {
      kind: 'config',
      occurredAt,
      title,
    });
    return { ...event, mentions: [] };
  }

  async function shown() {
    const rows = await database.db
      .selectFrom('changes')
      .select(changeColumns)
      .where('at', 'is not', null)
      .orderBy('title')
      .execute();
    return rows.map((row) => ({ ...changeOfRow(row, catalog), kept: row.events.length }));
  }

  const many = (run: string) => Array.from({ length: 200 }, (_, n) => patch(run, n, n % 50));

  it('is one change with a count and a span, whose row does not grow', async () => {
    await write(delivered(many('one')));
    await write(delivered([patch('one', 999, 55)]), delivered([patch('one', 1000, 58)]));

    expect(await shown()).toMatchObject([
      {
        title: 'patch configmap leader',
        repeated: { count: 202, since: new Date('2026-11-20T10:00:00.000Z') },
        occurredAt: new Date('2026-11-20T10:58:00.000Z'),
        kept: 10,
      },
    ]);
  });

  it('is counted once when it is delivered again, in whatever order', async () => {
    await write(delivered(many('two').slice(50)));
    const again = await write(delivered(many('two').toReversed()), delivered(many('two').slice(0, 120)));
    const [change] = await shown();
    await emptyTables(database.db, 'changes, identities, mentions');
    await write(delivered(many('two-in-order')));
    const [inOrder] = await shown();

    expect(again.recorded.map(({ newEvents, duplicate }) => [newEvents, duplicate])).toEqual([
      [50, false],
      [0, true],
    ]);
    expect(change?.repeated).toEqual(inOrder?.repeated);
    expect(change?.occurredAt).toEqual(inOrder?.occurredAt);
  });

  it('is counted right when two processes hear of it at once', async () => {
    await write(delivered([patch('three', 0)]));
    await overlapping(
      delivered([patch('three', 1), patch('three', 2)]),
      delivered([patch('three', 2), patch('three', 3)]),
    );

    expect((await shown())[0]?.repeated?.count).toBe(4);
  });

  it('stays two changes when it is not the same', async () => {
    await write(delivered([patch('four', 1), patch('four', 2, 2, 'delete')]));

    expect((await shown()).map(({ title, repeated }) => [title, repeated])).toEqual([
      ['delete configmap leader', null],
      ['patch configmap leader', null],
    ]);
  });

  it('is told of another change too when it is said of that', async () => {
    const event = patch('elsewhere', 1);
    await write(delivered([event]));
    const other = [repetitionOf('elsewhere', ['patch', 'another'], event.statement.occurredAt)];
    const again = await write(delivered([{ ...event, identities: other }, patch('elsewhere', 2)]));

    expect(again.recorded[0]).toMatchObject({ newEvents: 2, duplicate: false });
    expect(await shown()).toHaveLength(2);
  });

  it('is told and counted the same after a replay', async () => {
    const recording = delivered(many('five'));
    await write(recording);
    const before = await shown();
    const replayed: Recording = { ...recording, delivery: { replayed: (recording.delivery as { id: string }).id } };
    await database.db.transaction().execute((trx) => record(trx, [replayed], { catalog, now, refold: true }));

    expect(await shown()).toEqual(before);
  });

  it('keeps every single event', async () => {
    await write(delivered(many('six')));
    const { rows } = await sql<{ count: string }>`select count(*) from events where key like 'six:%'`.execute(
      database.db,
    );

    expect(rows).toEqual([{ count: '200' }]);
  });
});
