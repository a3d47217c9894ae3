import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Expired } from './expired.ts';
import { type Findings, rowName } from './finding.ts';
import { keysOf } from './missing-keys.ts';
import { type Stream, type Stretch, streams } from './streams.ts';
import type { CheckedSeal } from './verify-seals.ts';

export interface RowChecks {
  readonly db: Kysely<Schema>;
  readonly findings: Findings;
  readonly expired: Expired;
  /** Rows of this day that are gone because they were old. */
  readonly onExpired: (seal: CheckedSeal, rows: number, on: Date) => void;
}

/** What a stretch holds now, of one day. */
interface Held {
  readonly bucket: number;
  readonly day: string | null;
  readonly count: number;
  readonly hash: string;
}

/** Consecutive seals of one stream, of whole stretches. */
export async function checkRows(checks: RowChecks, seals: readonly CheckedSeal[]): Promise<void> {
  const [first] = seals;
  if (first === undefined) return;
  const stream = streams[first.stream];
  const stretches = groupedByStretch(seals);
  const held = await heldIn(checks.db, stream, [...stretches.values()]);
  for (const [bucket, group] of [...stretches.values()].entries()) {
    const found = held.filter((each) => each.bucket === bucket + 1);
    const isWhole =
      found.length === group.length &&
      group.every((seal) =>
        found.some(({ day, hash }) => (day === null || day === seal.day) && hash === seal.leavesHash),
      );
    if (!isWhole) await compare(checks, stream, group);
  }
}

function groupedByStretch(seals: readonly CheckedSeal[]): ReadonlyMap<string, readonly CheckedSeal[]> {
  const groups = new Map<string, CheckedSeal[]>();
  for (const seal of seals) {
    const key = `${seal.from} ${seal.to}`;
    groups.set(key, [...(groups.get(key) ?? []), seal]);
  }
  return groups;
}

function stretchOf(group: readonly CheckedSeal[]): Stretch {
  return { from: BigInt(group[0]?.from ?? '0'), to: BigInt(group.at(-1)?.to ?? '0') };
}

/** In the server, so that of what is intact no row travels. */
async function heldIn(
  db: Kysely<Schema>,
  stream: Stream,
  groups: readonly (readonly CheckedSeal[])[],
): Promise<readonly Held[]> {
  const froms = groups.map((group) => stretchOf(group).from);
  return patiently(db, async (trx) => {
    const { rows } = await sql<Held>`
      select bucket, day, count(*)::int as count,
        encode(sha256(string_agg(leaf, ''::bytea order by leaf)), 'hex') as hash
      from (
        select width_bucket(${stream.position}, ${froms}::bigint[]) as bucket, ${stream.day} as day,
          ${stream.leaf} as leaf
        from ${stream.table} as row where ${stream.within(stretchOf(groups.flat()))}
      ) as rows group by bucket, day
    `.execute(trx);
    return rows;
  });
}

interface Row {
  readonly key: string;
  readonly at: Date;
  /** Hexadecimal. */
  readonly leaf: string;
}

const nameless = { event: 'An event', decision: 'A decision' } as const;

/** Hexadecimal digits of a leaf that say which row it is of. */
const identity = 32;

async function compare(checks: RowChecks, stream: Stream, group: readonly CheckedSeal[]): Promise<void> {
  const { db, findings } = checks;
  const what = rowName(stream.name);
  const rows = await rowsIn(db, stream, stretchOf(group));
  const unknown = new Map(rows.map((row) => [row.leaf.slice(0, identity), row]));
  const missing: { readonly seal: CheckedSeal; readonly leaf: string; readonly at: Date }[] = [];
  let judged = true;
  for (const seal of group) {
    const gone = new Map<number, number>();
    for (const leaf of await leavesOf(db, seal)) {
      const row = unknown.get(leaf.slice(0, identity));
      unknown.delete(leaf.slice(0, identity));
      if (row === undefined) {
        const at = timeOf(leaf);
        const on = what === 'event' ? checks.expired(at, new Date(Number(BigInt(seal.lastAt) / 1000n))) : null;
        if (on === null) missing.push({ seal, leaf, at });
        else gone.set(on.getTime(), (gone.get(on.getTime()) ?? 0) + 1);
      } else if (row.leaf !== leaf) {
        findings.add({
          what,
          finding: 'altered',
          key: row.key,
          at: row.at,
          seal: seal.number,
          day: seal.day,
          text: `The ${what} ${row.key} is not what was recorded.`,
        });
      }
    }
    for (const [on, count] of gone) checks.onExpired(seal, count, new Date(on));
    judged &&= seal.leavesKept;
  }
  // With other proofs than those of then nobody knows which rows are new.
  if (judged) {
    for (const { key, at } of unknown.values()) {
      findings.add({
        what,
        finding: 'inserted',
        key,
        at,
        seal: group[0]?.number ?? null,
        day: group[0]?.day ?? null,
        text: `The ${what} ${key} was not there when its time was sealed.`,
      });
    }
  }
  const keys = what === 'event' ? await keysOf(db, missing) : new Map<string, string>();
  for (const { seal, leaf, at } of missing) {
    const key = keys.get(leaf.slice(0, identity)) ?? null;
    findings.add({
      what,
      finding: 'missing',
      key,
      at,
      seal: seal.number,
      day: seal.day,
      text: `${key === null ? nameless[what] : `The ${what} ${key}`} of ${at.toISOString()} is missing.`,
    });
  }
}

async function rowsIn(db: Kysely<Schema>, stream: Stream, stretch: Stretch): Promise<readonly Row[]> {
  return patiently(db, async (trx) => {
    const { rows } = await sql<Row>`
      select ${stream.key} as key, ${stream.at} as at, encode(${stream.leaf}, 'hex') as leaf
      from ${stream.table} as row where ${stream.within(stretch)} order by at, key
    `.execute(trx);
    return rows;
  });
}

/** Hexadecimal. None where the seal has others than those that it was made of. */
async function leavesOf(db: Kysely<Schema>, { number, leavesKept }: CheckedSeal): Promise<readonly string[]> {
  if (!leavesKept) return [];
  const row = await db
    .selectFrom('ledger_seals')
    .select('leaves')
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  const text = row.leaves.toString('hex');
  return Array.from({ length: text.length / 64 }, (_, index) => text.slice(index * 64, index * 64 + 64));
}

function timeOf(leaf: string): Date {
  return new Date(Number(BigInt.asIntN(64, BigInt(`0x${leaf.slice(0, 16)}`)) / 1000n));
}

function patiently<T>(db: Kysely<Schema>, ask: (trx: Kysely<Schema>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`set local statement_timeout = '10min'`.execute(trx);
    return ask(trx);
  });
}
