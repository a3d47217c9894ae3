import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair } from '../domain/comparison/difference.ts';
import type { DayScore, WeekOfBackports } from '../domain/digest/facts.ts';

const day = 86_400_000;
const weeks = 12;

/** Of the last twelve weeks and one more, oldest first. */
export async function dayScores(
  db: Kysely<Schema>,
  { reference, mirror }: Pair,
  at: Date,
): Promise<readonly DayScore[]> {
  const from = new Date(at.getTime() - (weeks + 1) * 7 * day).toISOString().slice(0, 10);
  const { rows } = await sql<DayScore>`
    select day::text as day, score, coverage,
      coalesce((counts ->> 'unexplained')::int, 0) as unexplained
    from parity_scores
    where reference = ${reference} and mirror = ${mirror} and day >= ${from}::date
      and day <= ${at.toISOString().slice(0, 10)}::date
    order by day
  `.execute(db);
  return rows;
}

/** How many backports were not home at the end of each of twelve weeks; the last ends now. */
export async function backportWeeks(db: Kysely<Schema>, at: Date): Promise<readonly WeekOfBackports[]> {
  const moments = Array.from({ length: weeks }, (_, index) => new Date(at.getTime() - (weeks - 1 - index) * 7 * day));
  // When one was over: it had come, somebody said that it need not, or the reference took it back, as it was judged then.
  const { rows } = await sql<{
    place: number;
    reference: string;
    mirror: string;
    service: string | null;
    open: number;
  }>`
    select moment.place::int as place, reference, mirror, service, count(*)::int as open
    from unnest(${moments.map((moment) => moment.toISOString())}::timestamptz[]) with ordinality as moment (at, place)
      join (
        select reference, mirror, service, opened_at, case
            when state in ('open', 'candidate', 'not-evaluable') then 'infinity'::timestamptz
            when state = 'waived' then waived_at
            when state = 'lapsed' then judged_at
            else coalesce(landed_at, live_at)
          end as over_at
        from backports
      ) as backport on opened_at <= moment.at and coalesce(over_at, opened_at) > moment.at
    group by moment.place, reference, mirror, service
  `.execute(db);
  return moments.map((moment, index) => ({
    at: moment,
    open: rows
      .filter(({ place }) => place === index + 1)
      .map(({ reference, mirror, service, open }) => ({ pair: { reference, mirror }, service, count: open })),
  }));
}
