import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { dependenciesOf, reachesOf } from '../domain/dependencies.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { catalogWith } from '../timeline/aliases.ts';
import type { IncidentContext } from './context.ts';
import { openIncidents } from './find.ts';
import { resolveWhatIsSilent } from './resolve-over.ts';
import { refreshCards, refreshCardsSoon } from './refresh.ts';

/** More than anybody looks at. */
const most = 1000;

/**
 * Has the cards of those open incidents show these changes that they may concern: in the same place or in none that is
 * known, of an affected service, of one that it depends on or that depends on it, or of none. Null: any changes.
 */
export async function watchChanges(
  context: IncidentContext,
  { changeIds }: { readonly changeIds: readonly string[] | null },
  now: Date,
): Promise<void> {
  const { db } = context;
  const incidents = await openIncidents(db, { includePrivate: true, hidden: [], limit: most });
  if (incidents.length === 0) return;
  const concerned = changeIds === null ? incidents : await concernedBy(context, changeIds, incidents);
  await refreshCardsSoon(
    db,
    concerned.map(({ id }) => id),
    now,
  );
}

/**
 * Each minute: what nothing told of, such as what has become stale. A card is edited only if it would read otherwise, and
 * one of which nothing is heard any more is over.
 */
export async function tendIncidents({ db }: IncidentContext, now: Date): Promise<void> {
  await resolveWhatIsSilent(db, now);
  const incidents = await openIncidents(db, { includePrivate: true, hidden: [], limit: most });
  await refreshCards(
    db,
    incidents.map(({ id }) => id),
    now,
  );
}

async function concernedBy(
  { db, catalog: settings }: IncidentContext,
  changeIds: readonly string[],
  incidents: readonly Incident[],
): Promise<readonly Incident[]> {
  const [places, catalog] = await Promise.all([placesOf(db, changeIds), catalogWith(db, settings)]);
  const dependsOn = dependenciesOf(catalog);
  return incidents.filter(({ environment, services }) => {
    const reaches = reachesOf(services, dependsOn);
    return places.some(
      (place) =>
        (environment === null || place.environment === null || place.environment === environment) &&
        (services.length === 0 || place.services.length === 0 || place.services.some((each) => reaches.has(each))),
    );
  });
}

/** Each once: a thousand deploys of one service are one place. */
async function placesOf(db: Kysely<Schema>, changeIds: readonly string[]) {
  const { rows } = await sql<{ environment: string | null; services: string[] }>`
    select distinct environment, services from changes where id = any(${[...changeIds]}::bigint[]) and at is not null
  `.execute(db);
  return rows;
}
