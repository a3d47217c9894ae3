import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { SettledService } from '../domain/digest/facts.ts';

/** When each service had its last backport home, by pair of environments. */
export async function settledServices(db: Kysely<Schema>, at: Date): Promise<readonly SettledService[]> {
  const rows = await db
    .selectFrom('backports')
    .select(({ fn }) => ['reference', 'mirror', 'service', fn.max('live_at').as('at')])
    .where('state', '=', 'live')
    .where('service', 'is not', null)
    .where('live_at', '<=', at)
    .groupBy(['reference', 'mirror', 'service'])
    .execute();
  return rows.flatMap(({ reference, mirror, service, at: last }) =>
    service === null || last === null ? [] : [{ pair: { reference, mirror }, service, at: last }],
  );
}

/** Backports that the mirror has run since then, by id, the newest first. */
export async function recentlyHome(db: Kysely<Schema>, since: Date, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('backports')
    .select('id')
    .where('state', '=', 'live')
    .where('live_at', '>', since)
    // What was home before anybody looked got no better.
    .where('imported', '=', false)
    .orderBy('live_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
