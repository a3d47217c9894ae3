import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type Story, tellStory } from '../domain/incidents/story.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { type FoldedSignal, foldSignals } from '../domain/signal.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { entriesOf } from './entries.ts';
import { firstAlertOf } from './first-alert.ts';
import { type SuspectDependencies, suspectsOf } from './suspects.ts';

/** Alerts that are told one by one; a storm says the same again and again. */
const mostAlerts = 30;
/** What lands after this belongs to no resolved incident. In milliseconds. */
const aftermath = 3_600_000;

/** What was said, what changed and which alerts there were, in one order, as far as it is known now. */
export async function storyOf(dependencies: SuspectDependencies, incident: Incident, now: Date): Promise<Story> {
  const { db } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const [entries, suspects, alerts, firstAlertAt] = await Promise.all([
    entriesOf(db, incident.id),
    suspectsOf(dependencies, incident, lookedAtUntil(incident, now)),
    firstAlerts(db, catalog, incident.id),
    firstAlertOf(db, incident.id),
  ]);
  const { ranking, changes, verdicts, undone, scope } = suspects;
  return tellStory({
    incident,
    entries,
    verdicts,
    ...alerts,
    firstAlertAt,
    changes,
    suspects: ranking.suspects,
    undone,
    services: scope.services,
    asOf: now,
  });
}

/** Weeks later the newest changes are no longer those of the incident. */
function lookedAtUntil({ resolvedAt }: Incident, now: Date): Date {
  return resolvedAt === null ? now : new Date(Math.min(now.getTime(), resolvedAt.getTime() + aftermath));
}

async function firstAlerts(
  db: Kysely<Schema>,
  catalog: Catalog,
  incidentId: string,
): Promise<{
  readonly alerts: readonly FoldedSignal[];
  readonly alertCount: number;
  readonly alertsOpen: number;
}> {
  const joined = db
    .selectFrom('incident_signals')
    .innerJoin('signals', 'signals.id', 'incident_signals.signal_id')
    .where('incident_signals.incident_id', '=', incidentId);
  const [rows, counted] = await Promise.all([
    joined.select('signals.said').orderBy('signals.started_at').orderBy('signals.id').limit(mostAlerts).execute(),
    joined
      .select((eb) => [
        eb.fn.countAll<string>().as('all'),
        eb.fn.countAll<string>().filterWhere('signals.resolved_at', 'is', null).as('open'),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  return {
    alerts: rows.map(({ said }) => foldSignals(said, catalog)),
    alertCount: Number(counted.all),
    alertsOpen: Number(counted.open),
  };
}
