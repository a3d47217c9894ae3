import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** When the first of its alerts began. Null: it has none. */
export async function firstAlertOf(db: Kysely<Schema>, incidentId: string): Promise<Date | null> {
  const row = await db
    .selectFrom('incident_signals')
    .innerJoin('signals', 'signals.id', 'incident_signals.signal_id')
    .select((eb) => eb.fn.min('signals.started_at').as('at'))
    .where('incident_signals.incident_id', '=', incidentId)
    .executeTakeFirst();
  return row?.at ?? null;
}
