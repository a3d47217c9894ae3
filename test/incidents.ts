import type { Insertable, Kysely } from 'kysely';
import type { Incidents, Schema } from '../src/database/schema.ts';
import type { Incident } from '../src/domain/incidents/incident.ts';
import { incidentOfRow } from '../src/incidents/incident-rows.ts';

/** An incident with nothing special about it, as it stands in the database; give what the test is about. */
export async function insertIncident(
  db: Kysely<Schema>,
  given: Partial<Insertable<Incidents>> = {},
): Promise<Incident> {
  const row = await db
    .insertInto('incidents')
    .values({
      title: 'Checkout errors',
      symptom: '',
      severity: 'critical',
      environment: 'production',
      services: ['checkout'],
      started_at: new Date('2026-11-20T15:59:00Z'),
      opened_at: new Date('2026-11-20T16:01:00Z'),
      ...given,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return incidentOfRow(row);
}
