import type { Kysely } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { entriesOf } from '../../incidents/entries.ts';

/** Null: a rule did, or it is not resolved. */
export async function whoResolved(db: Kysely<Schema>, incidentId: string): Promise<string | null> {
  const entries = await entriesOf(db, incidentId);
  return entries.findLast(({ kind }) => kind === 'resolved')?.saidBy ?? null;
}
