import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { dependenciesOf, reachesOf } from '../domain/dependencies.ts';
import type { LabelledIncident } from '../domain/evaluation/labelled-incident.ts';
import { type Incident, type IncidentEntry, incidentReference } from '../domain/incidents/incident.ts';
import { undoings } from '../domain/undone.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { withMergeRisks } from '../timeline/merge-risks.ts';
import { type NamesOf, backgroundOf } from '../timeline/suspect-background.ts';
import { alertsOf } from './alerts.ts';
import { verdictsOf } from './entries.ts';
import { incidentOfRow } from './incident-rows.ts';
import { changesOfScope } from './scope-changes.ts';
import type { SuspectDependencies } from './suspects.ts';

const page = 50;
const nobody: NamesOf = () => Promise.resolve(new Map());
/** People look at the suspects some minutes after the first alert; until then changes may come in. */
const askedAfter = 10 * 60_000;
/** A fix often lands for good after the incident is over. */
const aftermath = 3_600_000;

/**
 * Incidents of which it is known what caused them, oldest first: because somebody named it, or because a revert, a
 * rollback or a named fix took it back. Which changes the ranking would suspect has no say in that.
 */
export async function* labelledIncidents(dependencies: SuspectDependencies): AsyncGenerator<LabelledIncident> {
  const { db } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  for (let after = '0'; ;) {
    const rows = await db
      .selectFrom('incidents')
      .selectAll()
      .where('merged_into', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute();
    for (const row of rows) {
      const labelled = await labelledOf({ ...dependencies, catalog }, incidentOfRow(row));
      if (labelled !== null) yield labelled;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) return;
    after = last.id;
  }
}

/** Null: nobody knows what caused it. */
async function labelledOf(
  { db, catalog, lookback, releases, namesOf = nobody }: SuspectDependencies,
  incident: Incident,
): Promise<LabelledIncident | null> {
  const verdicts = await verdictsOf(db, incident.id);
  const named = namedCauses(incident, verdicts);
  if (named === null && incident.resolvedAt === null) return null;

  const { environment, services, startedAt: onset, openedAt } = incident;
  const dependsOn = dependenciesOf(catalog);
  const scope = { environment, services: [...reachesOf(services, dependsOn).keys()], hidden: [] };
  const from = new Date(onset.getTime() - lookback);
  const read = async (now: Date, also: readonly string[]) => {
    const { changes } = await changesOfScope(db, scope, { from, onset, now }, also, catalog);
    return withMergeRisks(db, changes, catalog);
  };
  const causes = named ?? culprits(await read(endOf(incident), [...verdicts.keys()]), { incident, verdicts, from });
  if (named === null && causes.length === 0) return null;

  const askedAt = new Date(Math.max(openedAt.getTime(), onset.getTime() + askedAfter));
  const changes = await read(askedAt, causes);
  const { alerts } = await alertsOf(db, catalog, incident.id);
  const said = [
    incident.title,
    incident.symptom,
    ...alerts.flatMap(({ title, labels }) => [title, ...Object.values(labels)]),
  ];
  return {
    id: incidentReference(incident),
    // What a private one is about stays out of the list of what was replayed.
    title: incident.private ? incidentReference(incident) : incident.title,
    symptom: [...new Set(said)].filter((each) => each !== '').join('\n'),
    environment,
    services,
    startedAt: onset,
    askedAt,
    dependsOn,
    changes,
    background: await backgroundOf({ db, mirrors: releases.mirrors, namesOf }, changes),
    releases,
    causes,
  };
}

/** Empty: somebody said that it was no change. Null: nobody said what it was. */
function namedCauses(
  { causeId, causeNote, resolvedAt }: Incident,
  verdicts: ReadonlyMap<string, IncidentEntry>,
): readonly string[] | null {
  const caused = [...verdicts].filter(([, { verdict }]) => verdict?.verdict === 'caused').map(([id]) => id);
  const named = [...new Set([...(causeId === null ? [] : [causeId]), ...caused])];
  if (named.length > 0) return named;
  return causeNote !== null && resolvedAt !== null ? [] : null;
}

interface Case {
  readonly incident: Incident;
  readonly verdicts: ReadonlyMap<string, IncidentEntry>;
  readonly from: Date;
}

/** What was live when it began and taken back while people worked on it. */
function culprits(changes: readonly Change[], { incident, verdicts, from }: Case): readonly string[] {
  const undoing = undoings(changes);
  const verdictOn = ({ id }: Change) => verdicts.get(id)?.verdict?.verdict ?? null;
  const takenBack = changes.flatMap((change) => {
    const by = undoing(change);
    // A drift that is over tells so itself, and so does not say what it was taken back for.
    if (by === null || by.id === change.id || verdictOn(change) === 'dismissed') return [];
    const [began, ended] = [tookEffect(change), tookEffect(by)];
    const was = began >= from && began <= incident.startedAt;
    return was && ended >= incident.startedAt && ended <= endOf(incident) ? [{ change, by }] : [];
  });
  // Where a named fix took something back, what else was taken back meanwhile was not for this.
  const fixed = takenBack.filter(({ by }) => verdictOn(by) === 'fixed');
  return (fixed.length > 0 ? fixed : takenBack).map(({ change }) => change.id);
}

function endOf({ resolvedAt, startedAt }: Incident): Date {
  return new Date((resolvedAt ?? startedAt).getTime() + aftermath);
}
