import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { notOf } from '../timeline/search.ts';
import { incidentOfRow } from './incident-rows.ts';

interface Which {
  /** Private ones are for their own channel, and for administrators. */
  readonly includePrivate: boolean;
  readonly limit?: number;
  /** Those of these services are not told of. */
  readonly hidden: readonly string[];
}

const usualLimit = 100;

/** Not resolved yet, those that began last first. */
export async function openIncidents(db: Kysely<Schema>, which: Which): Promise<readonly Incident[]> {
  const rows = await incidents(db, which).where('resolved_at', 'is', null).execute();
  return rows.map(incidentOfRow);
}

/** Open and resolved, those that began last first. */
export async function recentIncidents(db: Kysely<Schema>, which: Which): Promise<readonly Incident[]> {
  const rows = await incidents(db, which).execute();
  return rows.map(incidentOfRow);
}

function incidents(db: Kysely<Schema>, { includePrivate, limit = usualLimit, hidden }: Which) {
  return db
    .selectFrom('incidents')
    .selectAll()
    .where('merged_into', 'is', null)
    .where(notOf(hidden, 'incidents.services'))
    .$if(!includePrivate, (query) => query.where('private', '=', false))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}
