import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { microseconds, type StreamName } from './streams.ts';

/** What is hashed of a seal, times in microseconds and hashes in hexadecimal. */
export interface SealHead {
  readonly number: string;
  readonly stream: StreamName;
  readonly day: string;
  readonly sequence: number;
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly sealedAt: string;
  readonly previous: string;
  readonly leavesHash: string;
}

const version = 'sincewhen ledger 1';

/** Before the first seal. */
export const noHash = '0'.repeat(64);

/** As hexadecimal. */
export function sealHash(head: SealHead): string {
  const lines = [
    version,
    head.number,
    head.stream,
    head.day,
    head.sequence,
    head.from,
    head.to,
    head.count,
    head.firstAt,
    head.lastAt,
    head.sealedAt,
    head.previous,
    head.leavesHash,
  ];
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** The same in SQL, of columns named as those of `ledger_seals`. */
export const sealHashInSql: RawBuilder<Buffer> = sql<Buffer>`sha256(convert_to(concat_ws(e'\n', ${version}::text, number,
  stream, to_char(day, 'YYYY-MM-DD'), sequence, from_position, to_position, count, ${microseconds(sql`first_at`)},
  ${microseconds(sql`last_at`)}, ${microseconds(sql`sealed_at`)}, encode(previous, 'hex'), encode(leaves_hash, 'hex')),
  'UTF8'))`;

/** The columns of `ledger_seals` as `SealHead` has them, and what the table says that their hash is. */
export const sealHeadColumns = sql.raw(`number::text, stream, to_char(day, 'YYYY-MM-DD') as day, sequence,
  from_position::text as "from", to_position::text as "to", count,
  (extract(epoch from first_at) * 1000000)::bigint::text as "firstAt",
  (extract(epoch from last_at) * 1000000)::bigint::text as "lastAt",
  (extract(epoch from sealed_at) * 1000000)::bigint::text as "sealedAt",
  encode(previous, 'hex') as previous, encode(leaves_hash, 'hex') as "leavesHash", encode(hash, 'hex') as hash`);

export interface KeptSeal extends SealHead {
  readonly hash: string;
}
