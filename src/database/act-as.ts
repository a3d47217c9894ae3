import { type Transaction, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** Until the transaction ends, what is done that says itself not by whom is audited as done by this one. */
export async function actAs(trx: Transaction<Schema>, actor: string): Promise<void> {
  await sql`select set_config('sincewhen.actor', ${actor}, true)`.execute(trx);
}
