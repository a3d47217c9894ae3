import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

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
