import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Finding, Findings } from './finding.ts';
import { type KeptSeal, noHash, sealHash, sealHeadColumns } from './seal-hash.ts';
import type { StreamName } from './streams.ts';

/** UTC days, both included; null: without end. */
export interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

export interface CheckedSeal extends KeptSeal {
  /** False: the proofs of its rows are not those that it was made of. */
  readonly leavesKept: boolean;
}

export function isIn({ from, to }: Days, day: string): boolean {
  return (from === null || day >= from) && (to === null || day <= to);
}

const page = 500;

/**
 * All seals in the order in which they were made; the chain is looked at as they pass: each follows from the one before,
 * none is missing. Proofs of rows are looked at for seals of `days`.
 */
export async function* checkedSeals(
  db: Kysely<Schema>,
  days: Days,
  findings: Findings,
): AsyncGenerator<CheckedSeal, void> {
  let before: KeptSeal | null = null;
  const ends = new Map<StreamName, KeptSeal>();
  const sequences = new Map<string, number>();
  for (;;) {
    const seals: readonly CheckedSeal[] = await sealsAfter(db, before?.number ?? '-1', days);
    for (const seal of seals) {
      for (const finding of wrongIn(seal, before, ends.get(seal.stream) ?? null, sequences.get(seal.day) ?? 0)) {
        findings.add(finding);
      }
      yield seal;
      before = seal;
      ends.set(seal.stream, seal);
      // Seals of a day are made within hours of it: older counts are not asked for again.
      sequences.set(seal.day, seal.sequence);
      const [oldest] = sequences.keys();
      if (sequences.size > 1000 && oldest !== undefined) sequences.delete(oldest);
    }
    if (seals.length < page) return;
  }
}

async function sealsAfter(db: Kysely<Schema>, number: string, { from, to }: Days): Promise<readonly CheckedSeal[]> {
  const inRange = sql`day >= coalesce(${from}::date, '-infinity') and day <= coalesce(${to}::date, 'infinity')`;
  const { rows } = await sql<CheckedSeal>`
    select ${sealHeadColumns},
      case when ${inRange} then sha256(leaves) = leaves_hash and length(leaves) = 32 * count else true end as "leavesKept"
    from ledger_seals where number > ${number}::bigint order by ledger_seals.number limit ${page}
  `.execute(db);
  return rows;
}

function wrongIn(
  seal: CheckedSeal,
  before: KeptSeal | null,
  sameStream: KeptSeal | null,
  sequence: number,
): readonly Finding[] {
  const wrong = (finding: Finding['finding'], text: string): Finding => ({
    what: 'seal',
    finding,
    key: null,
    at: new Date(Number(BigInt(seal.sealedAt) / 1000n)),
    seal: seal.number,
    day: seal.day,
    text,
  });
  const name = `Seal ${seal.number} of ${seal.day}`;
  const findings: Finding[] = [];
  const next = BigInt(before?.number ?? '0') + 1n;
  const isNext = BigInt(seal.number) === next;
  if (!isNext) {
    const last = BigInt(seal.number) - 1n;
    findings.push(
      wrong('missing', `Before it ${next === last ? `seal ${next} is` : `seals ${next} to ${last} are`} missing.`),
    );
  }
  if (sealHash(seal) !== seal.hash) {
    findings.push(wrong('altered', `${name} is not what was hashed when it was made.`));
  } else if (!seal.leavesKept) {
    findings.push(wrong('altered', `The proofs of rows of seal ${seal.number} of ${seal.day} are not those of then.`));
  }
  if (isNext && seal.previous !== (before?.hash ?? noHash)) {
    findings.push(wrong('altered', `${name} does not follow from the seal before it.`));
  }
  if (isNext && seal.sequence !== sequence + 1) {
    findings.push(wrong('altered', `${name} is not the next one of its day.`));
  }
  if (isNext && sameStream !== null && !continues(seal, sameStream)) {
    findings.push(wrong('altered', `${name} does not go on where the one before it ended.`));
  }
  return findings;
}

/** What one stretch recorded on two days has two seals. */
function continues(seal: KeptSeal, before: KeptSeal): boolean {
  return seal.from === before.to || (seal.from === before.from && seal.to === before.to && seal.day !== before.day);
}
