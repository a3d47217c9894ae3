import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { noHash, sealHashInSql } from './seal-hash.ts';
import { type Stream, type Stretch, firstPosition, lastPosition, streams } from './streams.ts';

export interface Sealed {
  readonly seals: number;
  readonly rows: number;
}

/** Rows of one seal, unless a single transaction recorded more. */
const rowsOfSeal = 10_000;
/** Transactions looked at in one go. */
const window = 20_000n;

/**
 * Seals what has been recorded and is complete: no transaction that could still record something among it is under way.
 * Any number of processes may call it; one at a time does it. What it has sealed when it fails or is stopped stays.
 */
export async function sealRecord(db: Kysely<Schema>, now: () => Date, signal?: AbortSignal): Promise<Sealed> {
  // Without it, each seal of many to be made would read all that is new.
  await keepIndex(db);
  let [seals, rows] = [0, 0];
  for (const step of [sealEarlier, sealTransactions(streams.events), sealTransactions(streams.decisions)]) {
    let from: bigint | null = null;
    for (;;) {
      if (signal?.aborted === true) return { seals, rows };
      const after: bigint | null = from;
      const done: Step | 'busy' = await inTurn(db, (trx) => step(trx, now(), after));
      if (done === 'busy') return { seals, rows };
      seals += done.seals.length;
      rows += done.seals.reduce((sum, count) => sum + count, 0);
      if (done.next === null) break;
      from = done.next;
    }
  }
  return { seals, rows };
}

interface Step {
  /** How many rows each new seal has. */
  readonly seals: readonly number[];
  /** Where to go on; null: everything is sealed that can be. */
  readonly next: bigint | null;
}

async function inTurn(db: Kysely<Schema>, step: (trx: Transaction<Schema>) => Promise<Step>): Promise<Step | 'busy'> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ free: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended('sincewhen ledger', 0)) as free
    `.execute(trx);
    if (rows[0]?.free !== true) return 'busy';
    // The first run after an upgrade, or after a long rest, has more to read than a question.
    await sql`set local statement_timeout = '10min'`.execute(trx);
    return step(trx);
  });
}

/** What was there before the ledger, by its own time. */
async function sealEarlier(trx: Transaction<Schema>, now: Date, after: bigint | null): Promise<Step> {
  const stream = streams.earlier;
  const state = await trx.selectFrom('ledger_state').select('earlier_sealed').executeTakeFirstOrThrow();
  if (state.earlier_sealed) return { seals: [], next: null };
  const from = (await sealedTo(trx, stream)) ?? after ?? firstPosition;
  const { rows } = await sql<{ position: string }>`
    select ${stream.position} as position from ${stream.table} as row
    where ${stream.within({ from, to: lastPosition })} order by row.occurred_at offset ${rowsOfSeal} limit 1
  `.execute(trx);
  const cut = rows[0] === undefined ? lastPosition : BigInt(rows[0].position);
  // So many of one very time stay together.
  const to = cut === from ? cut + 1n : cut;
  const count = await seal(trx, stream, { from, to }, now);
  if (to === lastPosition) await trx.updateTable('ledger_state').set({ earlier_sealed: true }).execute();
  return { seals: count === 0 ? [] : [count], next: to === lastPosition ? null : to };
}

function sealTransactions(stream: Stream) {
  return async (trx: Transaction<Schema>, now: Date, after: bigint | null): Promise<Step> => {
    const sealed = (await sealedTo(trx, stream)) ?? 1n;
    // Where nothing was recorded there is no seal to begin after.
    const from = after === null || after < sealed ? sealed : after;
    const horizon = await horizonOf(trx);
    const end = from + window < horizon ? from + window : horizon;
    if (end <= from) return { seals: [], next: null };
    const transactions = await transactionsIn(trx, stream, { from, to: end });
    // Transactions of others may be many: a server counts those of all its databases.
    if (transactions.length === 0) return { seals: [], next: await firstIn(trx, stream, { from: end, to: horizon }) };
    const stretches = cut(transactions, { from: sealed, to: end });
    const seals: number[] = [];
    for (const stretch of stretches) {
      for (const day of await daysIn(trx, stream, stretch)) seals.push(await seal(trx, stream, stretch, now, day));
    }
    return { seals, next: end };
  };
}

/** Everything below this number has ended: what it recorded is seen by whoever asks now. */
async function horizonOf(trx: Transaction<Schema>): Promise<bigint> {
  const { rows } = await sql<{ horizon: string }>`
    select (txid_snapshot_xmin(txid_current_snapshot()) + txid_offset)::text as horizon from ledger_state
  `.execute(trx);
  return BigInt(rows[0]?.horizon ?? '0');
}

async function sealedTo(trx: Transaction<Schema>, { name }: Stream): Promise<bigint | null> {
  const row = await trx
    .selectFrom('ledger_seals')
    .select('to_position')
    .where('stream', '=', name)
    .orderBy('from_position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : BigInt(row.to_position);
}

interface Counted {
  readonly txid: string;
  readonly count: number;
}

async function transactionsIn(trx: Transaction<Schema>, stream: Stream, stretch: Stretch): Promise<readonly Counted[]> {
  const { rows } = await sql<Counted>`
    select row.txid::text as txid, count(*)::int as count from ${stream.table} as row
    where ${stream.within(stretch)} group by row.txid order by row.txid
  `.execute(trx);
  return rows;
}

async function firstIn(trx: Transaction<Schema>, stream: Stream, stretch: Stretch): Promise<bigint | null> {
  const { rows } = await sql<{ first: string | null }>`
    select min(row.txid)::text as first from ${stream.table} as row where ${stream.within(stretch)}
  `.execute(trx);
  const first = rows[0]?.first ?? null;
  return first === null ? null : BigInt(first);
}

/** So that each has as many rows as a seal takes. Only the last may have none. */
export function cut(transactions: readonly Counted[], { from, to }: Stretch): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [begin, rows] = [from, 0];
  for (const { txid, count } of transactions) {
    if (rows > 0 && rows + count > rowsOfSeal) {
      stretches.push({ from: begin, to: BigInt(txid) });
      [begin, rows] = [BigInt(txid), 0];
    }
    rows += count;
  }
  return rows === 0 ? stretches : [...stretches, { from: begin, to }];
}

async function daysIn(trx: Transaction<Schema>, stream: Stream, stretch: Stretch): Promise<readonly string[]> {
  const { rows } = await sql<{ day: string }>`
    select distinct ${stream.day} as day from ${stream.table} as row where ${stream.within(stretch)} order by day
  `.execute(trx);
  return rows.map(({ day }) => day);
}

/** How many rows it seals; 0: there are none, and no seal. */
async function seal(
  trx: Transaction<Schema>,
  stream: Stream,
  stretch: Stretch,
  now: Date,
  day?: string,
): Promise<number> {
  const last = await trx
    .selectFrom('ledger_seals')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const number = BigInt(last?.number ?? '0') + 1n;
  const previous = last?.hash ?? Buffer.from(noHash, 'hex');
  const ofDay = day ?? now.toISOString().slice(0, 10);
  const { rows } = await sql<{ count: number }>`
    with leaves as materialized (
      select ${stream.leaf} as leaf, row.recorded_at from ${stream.table} as row
      where ${stream.within(stretch)} ${day === undefined ? sql`` : sql`and ${stream.day} = ${day}`}
    ), summed as (
      select count(*)::int as count, min(recorded_at) as first_at, max(recorded_at) as last_at,
        string_agg(leaf, ''::bytea order by leaf) as leaves
      from leaves having count(*) > 0
    ), head as materialized (
      select ${number}::bigint as number, ${stream.name}::text as stream, ${ofDay}::date as day,
        (select coalesce(max(sequence), 0) + 1 from ledger_seals where ledger_seals.day = ${ofDay}::date) as sequence,
        ${stretch.from}::bigint as from_position, ${stretch.to}::bigint as to_position, summed.*,
        ${now}::timestamptz as sealed_at, sha256(leaves) as leaves_hash, ${previous}::bytea as previous
      from summed
    )
    insert into ledger_seals (number, stream, day, sequence, from_position, to_position, count, first_at, last_at,
      sealed_at, leaves, leaves_hash, previous, hash)
    select number, stream, day, sequence, from_position, to_position, count, first_at, last_at, sealed_at, leaves,
      leaves_hash, previous, ${sealHashInSql}
    from head returning count
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

/** Lets rows be found by their transaction without reading all: what is new in the index is summed up. */
export async function keepIndex(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ index: string }>`
    select indexrelid::regclass::text as index from pg_index
    join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
    where amname = 'brin' and relkind = 'i' and pg_get_indexdef(indexrelid) like '%(txid)%'
  `.execute(db);
  for (const { index } of rows) await sql`select brin_summarize_new_values(${index}::regclass)`.execute(db);
}
