import { type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

/** Where one deploy takes the place of another. */
export interface Place {
  readonly environment: string;
  readonly service: string | null;
  /** Tells deploys apart whose service is not known. */
  readonly repository: string | null;
}

/** Null for what is no deploy, is not shown, or went nobody knows where. */
export async function placeOf(trx: Transaction<Schema>, changeId: string): Promise<Place | null> {
  const row = await trx
    .selectFrom('changes')
    .select(['environment', 'service', 'repository'])
    .where('id', '=', changeId)
    .where('kind', 'in', ['deploy', 'rollback'])
    .where((eb) => eb.or([eb('at', 'is not', null), eb('joined_to', 'is not', null)]))
    .executeTakeFirst();
  if (row === undefined || row.environment === null) return null;
  return {
    environment: row.environment,
    service: row.service,
    repository: row.service === null ? row.repository : null,
  };
}

/** Deploys of one place are related and joined one at a time. Until the transaction ends. */
export async function lockPlace(trx: Transaction<Schema>, place: Place): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`deploys of ${JSON.stringify(place)}`}, 0))`.execute(trx);
}

/** The deploys that are shown. */
export function deploysOf(trx: Transaction<Schema>, place: Place) {
  return trx
    .selectFrom('changes')
    .where('environment', '=', place.environment)
    .where('kind', 'in', ['deploy', 'rollback'])
    .where('at', 'is not', null)
    .where((eb) => (place.service === null ? eb('service', 'is', null) : eb('service', '=', place.service)))
    .$if(place.service === null, (query) =>
      query.where((eb) =>
        place.repository === null ? eb('repository', 'is', null) : eb('repository', '=', place.repository),
      ),
    );
}
