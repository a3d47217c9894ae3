import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import type { Place } from '../domain/comparison/rules.ts';
import type { Facet } from '../domain/facts/fact.ts';

/** One value that a fact had in one environment. */
export interface Lived {
  readonly collector: string;
  readonly value: string | null;
  /** Of a secret; `present` where it could not be digested. */
  readonly digest: string | null;
  readonly same: string;
  readonly from: Date;
  readonly after: Date | null;
  /** Null: it is so now. */
  readonly to: Date | null;
  /** Of what ended, when it was still so. */
  readonly seenUntil: Date | null;
  readonly unseen: boolean;
}

export interface PlaceHistory extends Place {
  /** Oldest first. */
  readonly reference: readonly Lived[];
  readonly mirror: readonly Lived[];
}

/** Of each place and environment so many values are read, the newest: one that flaps has thousands. */
const most = 30;

/** What these facts were in both environments; `ids` name one fact of each place. */
export async function placeHistories(
  trx: Transaction<Schema>,
  ids: readonly string[],
  pair: Pair,
): Promise<readonly PlaceHistory[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ places: readonly RawPlace[] | null }>`
    with asked as materialized (
      select service, facet, key from facts where id = any(${ids}::bigint[])
    )
    select json_agg(json_build_array(service, facet, key, reference.lived, mirror.lived)) as places from asked
      cross join lateral (${livedIn(pair.reference)}) as reference
      cross join lateral (${livedIn(pair.mirror)}) as mirror
  `.execute(trx);
  return (rows[0]?.places ?? []).map(([service, facet, key, reference, mirror]) => ({
    service: service === '' ? null : service,
    facet,
    key,
    reference: (reference ?? []).map(lived),
    mirror: (mirror ?? []).map(lived),
  }));
}

type RawLived = readonly [
  collector: string,
  value: string | null,
  digest: string | null,
  same: string,
  from: number,
  after: number | null,
  to: number | null,
  seenUntil: number | null,
  unseen: boolean,
];
type RawPlace = readonly [string, Facet, string, readonly RawLived[] | null, readonly RawLived[] | null];

function livedIn(environment: string) {
  return sql`
    select json_agg(json_build_array(collector, value, digest, encode(same, 'hex'), ${milliseconds('valid_from')}, ${milliseconds('after')}, ${milliseconds('valid_to')},
      case when valid_to is not null then (
        select ${milliseconds('max(taken_at)')} from snapshots
        where environment = ${environment} and collector = latest.collector and taken_at < latest.valid_to
      ) end, unseen_since is not null) order by valid_from, id) as lived
    from (
      select * from facts as kept where environment = ${environment} and kept.service = asked.service
        and kept.facet = asked.facet and kept.key = asked.key
      order by valid_from desc, id desc limit ${most}
    ) as latest
  `;
}

function milliseconds(column: string) {
  return sql.raw(`(extract(epoch from ${column}) * 1000)::float8`);
}

function lived([collector, value, digest, same, from, after, to, seenUntil, unseen]: RawLived): Lived {
  return {
    collector,
    value,
    digest,
    same,
    from: new Date(from),
    after: dateOf(after),
    to: dateOf(to),
    seenUntil: dateOf(seenUntil),
    unseen,
  };
}

function dateOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
