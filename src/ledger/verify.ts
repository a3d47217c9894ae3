import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { expirations } from './expired.ts';
import { type Finding, collectFindings } from './finding.ts';
import { keepIndex } from './seal.ts';
import { streams } from './streams.ts';
import { type RowChecks, checkRows } from './verify-rows.ts';
import { type CheckedSeal, type Days, checkedSeals, isIn } from './verify-seals.ts';

export interface ExpiredDay {
  readonly day: string;
  readonly rows: number;
  /** When the last of them were removed. */
  readonly on: Date;
}

export interface Verified {
  /** Of the days asked for. */
  readonly seals: number;
  readonly events: number;
  readonly decisions: number;
  /** The newest seal of all; null: nothing is sealed yet. */
  readonly head: { readonly number: string; readonly day: string; readonly hash: string } | null;
  /** Days whose events were removed because they were old: their proof is kept. */
  readonly expired: readonly ExpiredDay[];
  /** What was recorded since the last seal is not proved yet. */
  readonly unsealed: { readonly events: number; readonly since: Date | null };
  /** Seals made more than a day after what they hold was recorded, as far as that says itself. */
  readonly late: readonly {
    readonly seal: string;
    readonly day: string;
    readonly recordedAt: Date;
    readonly sealedAt: Date;
  }[];
  /** The first 1,000 of `wrong`. */
  readonly findings: readonly Finding[];
  readonly wrong: number;
}

/** Rows that are looked at in one go. */
const rowsAtOnce = 20_000;
const sealsAtOnce = 500;
const dayLong = 86_400_000n * 1000n;
const mostLate = 100;

/**
 * Looks whether what is recorded is what was sealed. The chain of seals is looked at whole, rows for seals of `days`. A
 * `head` that was noted elsewhere has to be among the seals. Memory is bounded however much is stored.
 */
export async function verifyRecord(
  db: Kysely<Schema>,
  { days, head: noted }: { readonly days: Days; readonly head: string | null },
): Promise<Verified> {
  await keepIndex(db);
  const findings = collectFindings();
  const expired = new Map<string, ExpiredDay>();
  const checks: RowChecks = {
    db,
    findings,
    expired: await expirations(db),
    onExpired: ({ day }, rows, on) => {
      const before = expired.get(day);
      const newest = before === undefined || before.on < on ? on : before.on;
      expired.set(day, { day, rows: rows + (before?.rows ?? 0), on: newest });
    },
  };
  const late: Verified['late'][number][] = [];
  let [seals, events, decisions] = [0, 0, 0];
  let head: Verified['head'] = null;
  let isNoted = noted === null;
  const batch = batches(checks);
  for await (const seal of checkedSeals(db, days, findings)) {
    head = { number: seal.number, day: seal.day, hash: seal.hash };
    isNoted ||= seal.hash === noted;
    const isAsked = isIn(days, seal.day);
    await batch.add(seal, isAsked);
    if (!isAsked) continue;
    seals += 1;
    if (seal.stream === 'decisions') decisions += seal.count;
    else events += seal.count;
    if (late.length < mostLate && isLate(seal)) late.push(lateness(seal));
  }
  await batch.end();
  await findOutside(checks);
  if (!isNoted) {
    findings.add({
      what: 'head',
      finding: 'missing',
      key: noted,
      at: null,
      seal: null,
      day: null,
      text: `No seal has the hash ${noted}: the chain is not the one that it was noted of.`,
    });
  }
  return {
    seals,
    events,
    decisions,
    head,
    late,
    expired: [...expired.values()].toSorted((a, b) => a.day.localeCompare(b.day)),
    unsealed: await unsealedIn(db),
    findings: findings.list,
    wrong: findings.total,
  };
}

/**
 * Rows are looked at for many seals at once: those of one stream that follow on one another, so that one question finds
 * their rows and no others. What was recorded in one stretch on two days is looked at together, whichever was asked for.
 */
function batches(checks: RowChecks) {
  let batch: CheckedSeal[] = [];
  let stretch: CheckedSeal[] = [];
  let isAsked = false;

  async function endStretch(): Promise<void> {
    if (isAsked) {
      const [first] = stretch;
      if (first !== undefined && !fits(batch, first)) {
        await checkRows(checks, batch);
        batch = [];
      }
      batch.push(...stretch);
    }
    [stretch, isAsked] = [[], false];
  }
  return {
    async add(seal: CheckedSeal, asked: boolean): Promise<void> {
      const [first] = stretch;
      if (first !== undefined && !(first.stream === seal.stream && first.from === seal.from)) await endStretch();
      stretch.push(seal);
      isAsked ||= asked;
    },
    async end(): Promise<void> {
      await endStretch();
      await checkRows(checks, batch);
    },
  };
}

function fits(batch: readonly CheckedSeal[], seal: CheckedSeal): boolean {
  const last = batch.at(-1);
  if (last === undefined) return true;
  const rows = batch.reduce((sum, { count }) => sum + count, 0);
  return (
    last.stream === seal.stream &&
    last.to === seal.from &&
    rows + seal.count <= rowsAtOnce &&
    batch.length < sealsAtOnce
  );
}

function isLate({ stream, firstAt, sealedAt }: CheckedSeal): boolean {
  return stream !== 'earlier' && BigInt(sealedAt) - BigInt(firstAt) > dayLong;
}

function lateness({ number, day, firstAt, sealedAt }: CheckedSeal): Verified['late'][number] {
  const time = (microseconds: string) => new Date(Number(BigInt(microseconds) / 1000n));
  return { seal: number, day, recordedAt: time(firstAt), sealedAt: time(sealedAt) };
}

/** Events that claim to be older than every seal, where there was none. */
async function findOutside({ db, findings }: RowChecks): Promise<void> {
  const { rows } = await sql<{ key: string; at: Date }>`
    select key, occurred_at as at from events
    where txid < 0 or (txid = 0 and (select earlier_sealed from ledger_state)
      and not exists (select from ledger_seals where stream = 'earlier'))
    order by occurred_at, key limit 1001
  `.execute(db);
  for (const { key, at } of rows) {
    findings.add({
      what: 'event',
      finding: 'inserted',
      key,
      at,
      seal: null,
      day: null,
      text: `The event ${key} says that it is older than the ledger, and was not there when the ledger began.`,
    });
  }
}

async function unsealedIn(db: Kysely<Schema>): Promise<Verified['unsealed']> {
  const { rows } = await sql<{ count: number; since: Date | null }>`
    select count(*)::int as count, min(recorded_at) as since from (
      select recorded_at from ${streams.events.table} as row
      where row.txid >= (select coalesce(max(to_position), 1) from ledger_seals where stream = 'events') limit 1000000
    ) as given
  `.execute(db);
  return { events: rows[0]?.count ?? 0, since: rows[0]?.since ?? null };
}

/** The newest seal: its hash stands for all that was ever sealed. Null: nothing is sealed yet. */
export async function newestSeal(
  db: Kysely<Schema>,
): Promise<{ readonly number: string; readonly day: string; readonly hash: string; readonly sealedAt: Date } | null> {
  const { rows } = await sql<{ number: string; day: string; hash: string; sealedAt: Date }>`
    select number::text, to_char(day, 'YYYY-MM-DD') as day, encode(hash, 'hex') as hash, sealed_at as "sealedAt"
    from ledger_seals order by ledger_seals.number desc limit 1
  `.execute(db);
  return rows[0] ?? null;
}
