import { type Transaction, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Until the transaction ends, what is done that says itself not by whom is audited as done by this one, and what has no
 * place for a reason as done for this one. Null: none was given.
 */
export async function actAs(trx: Transaction<Schema>, actor: string, why: string | null = null): Promise<void> {
  await sql`
    select set_config('sincewhen.actor', ${actor}, true), set_config('sincewhen.reason', ${why ?? ''}, true)
  `.execute(trx);
}
