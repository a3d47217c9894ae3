import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import { keepPartitions } from './partitions.ts';
import { openDatabase } from './pool.ts';

const NOW = new Date('2026-12-30T23:30:00Z');
const RETENTION = { deliveries: 30, events: 400 };

describe('keepPartitions', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => await test.close());

  async function addEvent(occurredAt: string, recordedAt = NOW.toISOString()): Promise<void> {
    await test.pool.query(
      `insert into events (occurred_at, key, recorded_at, delivery_id, source, event)
       values ($1, gen_random_uuid(), $2, gen_random_uuid(), 'github', '{}')`,
      [occurredAt, recordedAt],
    );
  }
  async function addDelivery(receivedAt: string): Promise<void> {
    await test.pool.query(
      `insert into deliveries (id, received_at, source, headers, body, outcome)
       values (gen_random_uuid(), $1, 'github', '{}', 'x', 'recorded')`,
      [receivedAt],
    );
  }
  async function homes(table: string): Promise<string[]> {
    const { rows } = await test.pool.query<{ home: string }>(
      `select tableoid::regclass::text as home from ${table} order by 1`,
    );
    return rows.map((row) => row.home);
  }

  it('makes a week of days and two months ahead in UTC, and then nothing more', async () => {
    const first = await keepPartitions(test.db, NOW, RETENTION);
    const second = await keepPartitions(test.db, NOW, RETENTION);

    expect(first.made).toEqual([
      'deliveries_2026_12_30',
      'deliveries_2026_12_31',
      'deliveries_2027_01_01',
      'deliveries_2027_01_02',
      'deliveries_2027_01_03',
      'deliveries_2027_01_04',
      'deliveries_2027_01_05',
      'deliveries_2027_01_06',
      'events_2026_11',
      'events_2026_12',
      'events_2027_01',
      'events_2027_02',
    ]);
    expect(second).toEqual({ made: [], dropped: [], purged: 0, postponed: [] });
  });

  it('puts each row into its partition and what is older or newer into the other', async () => {
    await keepPartitions(test.db, NOW, RETENTION);

    for (const at of [
      '2026-11-01T00:00:00Z',
      '2026-12-31T23:59:59.999Z',
      '2027-01-01T00:00:00Z',
      '2019-05-05T00:00Z',
    ]) {
      await addEvent(at);
    }
    for (const at of ['2026-12-30T00:00:00Z', '2027-01-06T23:59:59Z', '2026-12-29T23:59:59Z']) await addDelivery(at);

    expect(await homes('events')).toEqual(['events_2026_11', 'events_2026_12', 'events_2027_01', 'events_other']);
    expect(await homes('deliveries')).toEqual(['deliveries_2026_12_30', 'deliveries_2027_01_06', 'deliveries_other']);
  });

  it('moves rows that were there before their partition', async () => {
    await addEvent('2027-02-03T00:00:00Z');
    await addEvent('2031-01-01T00:00:00Z');
    await addDelivery('2026-12-30T12:00:00Z');

    await keepPartitions(test.db, NOW, RETENTION);

    expect(await homes('events')).toEqual(['events_2027_02', 'events_other']);
    expect(await homes('deliveries')).toEqual(['deliveries_2026_12_30']);
  });

  it('drops what is past retention and keeps the rest', async () => {
    await keepPartitions(test.db, NOW, RETENTION);
    await addEvent('2026-12-01T00:00:00Z');
    await addEvent('2027-01-01T00:00:00Z');
    await addDelivery('2026-12-31T00:00:00Z');
    const later = new Date('2028-01-31T00:00:00Z');

    const month = await keepPartitions(test.db, new Date('2027-01-30T00:00:00Z'), RETENTION);
    const year = await keepPartitions(test.db, later, RETENTION);

    expect(month.dropped).toEqual(['deliveries_2026_12_30']);
    expect(year.dropped).toContain('events_2026_11');
    expect(year.dropped).not.toContain('events_2027_01');
    expect(await homes('events')).toEqual(['events_2026_12', 'events_2027_01']);
    expect(await homes('deliveries')).toEqual([]);
    expect((await keepPartitions(test.db, new Date('2028-02-06T00:00:00Z'), RETENTION)).dropped).toContain(
      'events_2026_12',
    );
    expect(await homes('events')).toEqual(['events_2027_01']);
  });

  it('removes old rows that no partition of their own holds', async () => {
    await addEvent('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z');
    await addEvent('2020-01-01T00:00:00Z', '2026-12-01T00:00:00Z');
    await addDelivery('2026-11-01T00:00:00Z');
    await test.pool.query(`insert into delivery_keys values
      ('github', 'old', '2026-11-29T00:00Z', gen_random_uuid()), ('github', 'new', '2026-12-01T00:00Z', gen_random_uuid())`);
    await test.pool.query(
      `insert into slack_requests values ('old', '2026-12-22T00:00Z'), ('new', '2026-12-30T00:00Z')`,
    );

    const { purged } = await keepPartitions(test.db, NOW, RETENTION);

    expect(purged).toBe(4);
    expect(await homes('events')).toEqual(['events_other']);
    expect(await homes('deliveries')).toEqual([]);
    expect((await test.pool.query('select key from delivery_keys')).rows).toEqual([{ key: 'new' }]);
    expect((await test.pool.query('select key from slack_requests')).rows).toEqual([{ key: 'new' }]);
  });

  it('is done once when several processes do it at the same time', async () => {
    const other = await openDatabase({ url: test.url, dataDir: '', size: 2, log: pino({ enabled: false }) });

    const runs = await Promise.all([test.db, other.db].map((db) => keepPartitions(db, NOW, RETENTION)));
    await other.stop();

    expect(runs.flatMap((run) => run.made)).toHaveLength(12);
    expect(runs.flatMap((run) => run.postponed)).toEqual([]);
  });

  it('leaves a partition in use for the next run', async () => {
    await keepPartitions(test.db, NOW, RETENTION);
    const later = new Date('2028-02-06T00:00:00Z');
    const reader = await test.pool.connect();
    await reader.query('begin; lock table events_2026_11 in access share mode');

    const busy = await keepPartitions(test.db, later, RETENTION);
    await reader.query('rollback');
    reader.release();
    const free = await keepPartitions(test.db, later, RETENTION);

    expect(busy.postponed).toEqual(['events_2026_11']);
    expect(free.dropped).toEqual(['events_2026_11']);
  });

  it('leaves the database refusing to change or remove events, in every partition', async () => {
    await addEvent('2019-05-05T00:00:00Z', '2019-05-05T00:00:00Z');
    await addEvent('2020-05-05T00:00:00Z');
    await addEvent('2027-01-01T00:00:00Z');
    await keepPartitions(test.db, NOW, RETENTION);
    await addEvent('2026-12-05T00:00:00Z');

    for (const table of ['events', 'events_2026_12', 'events_2027_01', 'events_other']) {
      for (const statement of [`update ${table} set source = 'forged'`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(test.pool.query(statement), statement).rejects.toThrow(/events are append-only: \w+ is refused/);
      }
    }
    expect(await homes('events')).toEqual(['events_2026_12', 'events_2027_01', 'events_other']);
  });
});
