import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Whose } from './fact-rows.ts';

/** One at a time of a collector in an environment, in whatever process: each snapshot is compared with the one before. */
export async function takeTurn(trx: Transaction<Schema>, { environment, collector }: Whose): Promise<void> {
  const name = JSON.stringify(['snapshots', environment, collector]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx);
}
