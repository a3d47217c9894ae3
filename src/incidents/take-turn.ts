import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/**
 * Which incident something belongs to is decided by one transaction at a time, in whatever process: two that each saw no
 * incident would open two. Taken before any incident is locked, and held until the transaction ends.
 */
export async function takeTurn(trx: Transaction<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('incidents', 0))`.execute(trx);
}
