import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Pair, ParityVerdict } from '../domain/comparison/difference.ts';

/** How a service stood at the last comparison of its environments. */
export interface ServiceStanding {
  readonly service: string;
  /** Differences that are not fine, by verdict. */
  readonly counts: ReadonlyMap<ParityVerdict, number>;
  /** Snapshots have facts of it in both environments. */
  readonly seen: boolean;
}

export interface ServiceStandings {
  readonly pair: Pair;
  /** When it was compared last; null: never. */
  readonly comparedAt: Date | null;
  /** In the order in which they were asked for. */
  readonly services: readonly ServiceStanding[];
}

/** As it was kept: nothing is compared, so that it takes as long as looking it up. */
export async function serviceStandings(
  db: Kysely<Schema>,
  pair: Pair,
  services: readonly string[],
): Promise<ServiceStandings> {
  const { reference, mirror } = pair;
  const { rows } = await sql<{ service: string; counts: Partial<Record<ParityVerdict, number>> | null; seen: boolean }>`
    select asked.service, (
      select json_object_agg(verdict, count) from (
        select verdict, count(*)::int as count from parity_faults
        where reference = ${reference} and mirror = ${mirror} and parity_faults.service = asked.service
        group by verdict
      ) as counted
    ) as counts,
      exists (select from facts where environment = ${reference} and facts.service = asked.service and valid_to is null)
      and exists (select from facts where environment = ${mirror} and facts.service = asked.service and valid_to is null)
      as seen
    from unnest(${[...services]}::text[]) with ordinality as asked (service, place) order by place
  `.execute(db);
  const compared = await db
    .selectFrom('parity_scores')
    .select('compared_at')
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    pair,
    comparedAt: compared?.compared_at ?? null,
    services: rows.map(({ service, counts, seen }) => ({
      service,
      counts: new Map(Object.entries(counts ?? {}) as [ParityVerdict, number][]),
      seen,
    })),
  };
}
