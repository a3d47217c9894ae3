import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** A source has sent its test event: nothing changed, and it reaches us. */
export async function keepPing(db: Kysely<Schema>, source: string, at: Date): Promise<void> {
  await db
    .insertInto('source_pings')
    .values({ source: source.slice(0, 100), received_at: at })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ received_at: at }))
    .execute();
}

/** The newest test event of any source. */
export async function lastPing(db: Kysely<Schema>): Promise<{ readonly source: string; readonly at: Date } | null> {
  const row = await db
    .selectFrom('source_pings')
    .select(['source', 'received_at as at'])
    .orderBy('received_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
