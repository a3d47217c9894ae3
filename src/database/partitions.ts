import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** How long what was recorded is kept, in days. */
export interface Retention {
  readonly deliveries: number;
  readonly events: number;
}

export interface Kept {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
  /** Rows removed one by one, because no partition of their own held them. */
  readonly purged: number;
  /** Partitions in use for so long that the next run has to make or drop them. */
  readonly postponed: readonly string[];
}

interface Partition {
  readonly table: 'deliveries' | 'events';
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 7;
const MONTHS_AHEAD = 2;
/** Slack repeats a request for at most a day. */
const SLACK_REQUEST_DAYS = 7;
const BATCH = 10_000;

/**
 * Makes partitions ahead of `now` and drops those past `retention`. Safe to run at any time, from several processes, as
 * often as wanted: while questions and deliveries go on it waits at most 2 s for a table and then leaves that one for
 * the next run.
 *
 * Deliveries have one partition a UTC day: their bodies are most of the bytes, so they expire a day at a time. Events
 * have one a UTC month: they are small, kept for long, and every question over their history opens each partition.
 */
export async function keepPartitions(db: Kysely<Schema>, now: Date, retention: Retention): Promise<Kept> {
  const cutoffs = {
    deliveries: new Date(now.getTime() - retention.deliveries * DAY_MS),
    events: new Date(now.getTime() - retention.events * DAY_MS),
  };
  const made: string[] = [];
  const dropped: string[] = [];
  const postponed: string[] = [];
  const before = await existing(db);
  const there = new Set(before.map(({ name }) => name));
  for (const partition of wanted(now).filter(({ name, table, to }) => !there.has(name) && to > cutoffs[table])) {
    const outcome = await unlessBusy(db, async (trx) => await make(trx, partition));
    if (outcome === 'busy') postponed.push(partition.name);
    else if (outcome) made.push(partition.name);
  }
  for (const partition of before.filter(({ table, to }) => to <= cutoffs[table])) {
    const outcome = await unlessBusy(db, async (trx) => await drop(trx, partition, now));
    if (outcome === 'busy') postponed.push(partition.name);
    else if (outcome) dropped.push(partition.name);
  }
  return { made, dropped, purged: await purge(db, now, cutoffs), postponed };
}

function wanted(now: Date): Partition[] {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => dayPartition(year, month, day + ahead));
  // The month before this one too: events arrive late, and the first ones of a new installation are days old.
  const months = Array.from({ length: MONTHS_AHEAD + 2 }, (_, ahead) => monthPartition(year, month + ahead - 1));
  return [...days, ...months];
}

function dayPartition(year: number, month: number, day: number): Partition {
  const from = new Date(Date.UTC(year, month, day));
  return { table: 'deliveries', name: `deliveries_${words(from, 10)}`, from, to: new Date(from.getTime() + DAY_MS) };
}

function monthPartition(year: number, month: number): Partition {
  const from = new Date(Date.UTC(year, month, 1));
  return { table: 'events', name: `events_${words(from, 7)}`, from, to: new Date(Date.UTC(year, month + 1, 1)) };
}

function words(date: Date, length: number): string {
  return date.toISOString().slice(0, length).replaceAll('-', '_');
}

/** The partitions that this file made, by their names. */
async function existing(db: Kysely<Schema>): Promise<Partition[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('deliveries'::regclass, 'events'::regclass) order by c.relname
  `.execute(db);
  return rows.flatMap(({ name }) => {
    const [, table, year, month, day] = /^(deliveries|events)_(\d{4})_(\d\d)(?:_(\d\d))?$/.exec(name) ?? [];
    if (table === 'deliveries' && day !== undefined)
      return [dayPartition(Number(year), Number(month) - 1, Number(day))];
    return table === 'events' && day === undefined ? [monthPartition(Number(year), Number(month) - 1)] : [];
  });
}

/** One partition is one short transaction, so nothing waits for the others. Processes take turns. */
async function unlessBusy<T>(db: Kysely<Schema>, step: (trx: Transaction<Schema>) => Promise<T>): Promise<T | 'busy'> {
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('sincewhen partitions', 0))`.execute(trx);
      await sql`set local lock_timeout = '2s'`.execute(trx);
      return await step(trx);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return 'busy';
    throw error;
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

async function isThere(trx: Transaction<Schema>, name: string): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass(${name}) is not null as there`.execute(trx);
  return rows[0]?.there === true;
}

/**
 * False when it is there. Made beside and attached, which lets reads and writes of the other partitions go on. Rows of
 * its range that already are in the default partition (an event from the future, a month in which this did not run) are
 * moved: PostgreSQL refuses the partition while they are there.
 */
async function make(trx: Transaction<Schema>, { table, name, from, to }: Partition): Promise<boolean> {
  if (await isThere(trx, name)) return false;
  const [parent, partition, other] = [sql.table(table), sql.table(name), sql.table(`${table}_other`)];
  await sql`create table ${partition} (like ${parent} including all)`.execute(trx);
  await sql`lock table only ${parent} in share update exclusive mode`.execute(trx);
  await sql`lock table ${other} in access exclusive mode`.execute(trx);
  const time = sql.ref(table === 'events' ? 'occurred_at' : 'received_at');
  const range = sql`${time} >= ${from} and ${time} < ${to}`;
  const moved = await sql`insert into ${partition} select * from ${other} where ${range}`.execute(trx);
  if (moved.numAffectedRows !== 0n) {
    await withoutEventGuard(trx, table, async () => await sql`delete from ${other} where ${range}`.execute(trx));
  }
  await sql`
    alter table ${parent} attach partition ${partition}
    for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})
  `.execute(trx);
  if (table === 'events') {
    // Row triggers come with the attachment, statement triggers do not.
    await sql`
      create trigger events_are_not_truncated before truncate on ${partition}
      for each statement execute function refuse_to_change_events()
    `.execute(trx);
  }
  return true;
}

async function drop(trx: Transaction<Schema>, { table, name, from, to }: Partition, now: Date): Promise<boolean> {
  if (!(await isThere(trx, name))) return false;
  await sql`drop table ${sql.table(name)}`.execute(trx);
  if (table === 'events') await auditExpiration(trx, now, name, { from, to });
  return true;
}

/** So that what is missing in the ledger can be told from what somebody removed. */
async function auditExpiration(
  trx: Transaction<Schema>,
  now: Date,
  name: string,
  details: Readonly<Record<string, Date>>,
): Promise<void> {
  await trx
    .insertInto('audit_events')
    .values({
      at: now,
      kind: 'events-expired',
      actor: 'sincewhen',
      about: name,
      reason: 'older than retention.events keeps them',
      details: JSON.stringify(details),
    })
    .execute();
}

/**
 * Lets rows leave the default partition of events. Only in this transaction, which holds the table until it ends: nobody
 * else ever finds it unguarded.
 */
async function withoutEventGuard<T>(
  trx: Transaction<Schema>,
  table: Partition['table'],
  step: () => Promise<T>,
): Promise<T> {
  if (table !== 'events') return await step();
  await sql`alter table events_other disable trigger events_are_append_only`.execute(trx);
  const result = await step();
  await sql`alter table events_other enable trigger events_are_append_only`.execute(trx);
  return result;
}

async function purge(
  db: Kysely<Schema>,
  now: Date,
  cutoffs: Readonly<Record<Partition['table'], Date>>,
): Promise<number> {
  const slackCutoff = new Date(now.getTime() - SLACK_REQUEST_DAYS * DAY_MS);
  const keys = await deleteInBatches(db, 'delivery_keys', sql`received_at < ${cutoffs.deliveries}`);
  const requests = await deleteInBatches(db, 'slack_requests', sql`received_at < ${slackCutoff}`);
  const deliveries = await deleteInBatches(db, 'deliveries_other', sql`received_at < ${cutoffs.deliveries}`);
  // By both times: what was back-filled from long ago counts as new for as long as what happened today.
  const expired = sql`occurred_at < ${cutoffs.events} and recorded_at < ${cutoffs.events}`;
  const audit = async (trx: Transaction<Schema>) =>
    auditExpiration(trx, now, 'events_other', { to: cutoffs.events, recorded_before: cutoffs.events });
  return keys + requests + deliveries + (await deleteInBatches(db, 'events_other', expired, audit));
}

/** In batches, so that no row lock or table lock is held for long. */
async function deleteInBatches(
  db: Kysely<Schema>,
  table: string,
  expired: ReturnType<typeof sql>,
  audit?: (trx: Transaction<Schema>) => Promise<void>,
): Promise<number> {
  const name = sql.table(table);
  let deleted = 0;
  for (;;) {
    const batch = await unlessBusy(db, async (trx) => {
      const { rows } = await sql`select from ${name} where ${expired} limit 1`.execute(trx);
      if (rows.length === 0) return 0;
      const guarded = table === 'events_other' ? 'events' : 'deliveries';
      const result = await withoutEventGuard(trx, guarded, async () =>
        sql`delete from ${name} where ctid = any(array(select ctid from ${name} where ${expired} limit ${BATCH}))`.execute(
          trx,
        ),
      );
      await audit?.(trx);
      return Number(result.numAffectedRows ?? 0n);
    });
    if (batch === 'busy') return deleted;
    deleted += batch;
    if (batch < BATCH) return deleted;
  }
}
