import type { Suspect } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { isDeploy, tookEffect } from '../domain/change-words.ts';
import type { SourceCoverage } from '../domain/coverage.ts';
import { type IncidentMeasures, measuresOf } from '../domain/incidents/measures.ts';
import type { Incident, IncidentEntry } from '../domain/incidents/incident.ts';
import type { Freeze } from '../domain/release-rules.ts';
import type { RuledOut } from '../domain/suspects.ts';
import { isHidden } from '../domain/viewer.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { freezesIn } from '../timeline/freezes.ts';
import { type KnownSource, coverage } from '../timeline/coverage.ts';
import type { IncidentAlerts } from './alerts.ts';
import { type OfferedBackport, backportsOf } from './backport.ts';
import { lastEntry } from './entries.ts';
import { firstAlertOf } from './first-alert.ts';
import { everyKnownName } from './known.ts';
import { type OpenBackports, openBackportsOf } from './open-backports.ts';
import { type LastGood, lastGoodBefore } from './last-good.ts';
import type { Scope, ServiceChanges } from './scope-changes.ts';
import { type IncidentSuspects, type SuspectDependencies, suspectsOf } from './suspects.ts';

export interface CardDependencies extends SuspectDependencies {
  readonly sources: readonly KnownSource[];
}

export interface CardSuspect extends Suspect {
  readonly verdict: IncidentEntry | null;
  /** What took it back, begun or done. */
  readonly undone: Change | null;
  readonly lastGood: LastGood | null;
}

/** All that the card of an incident says. Equal while nothing has happened, however much time has passed. */
export interface IncidentCard {
  readonly incident: Incident;
  /** The likeliest first, at most three; empty: no change fits. */
  readonly suspects: readonly CardSuspect[];
  readonly moreSuspects: number;
  /** What people ruled out first; without what began after the onset. */
  readonly ruledOut: readonly (RuledOut & { readonly verdict: IncidentEntry | null })[];
  readonly cause: Change | null;
  /** What people say made it good. */
  readonly fixes: readonly Change[];
  readonly alerts: IncidentAlerts;
  /** What began or ended since the onset, newest first; not all of it where there is much. */
  readonly since: readonly Change[];
  readonly sinceTotal: number;
  /** What took effect in the scope between `from` and the onset, newest first; not all of it where there is much. */
  readonly before: readonly Change[];
  /** All of the scope since `from`. */
  readonly byService: readonly ServiceChanges[];
  readonly total: number;
  readonly totalIsFloor: boolean;
  readonly from: Date;
  /** Found in the scope and not gone since. */
  readonly drifts: readonly Change[];
  readonly freezes: readonly Freeze[];
  /** What affected services run and their staging has not. */
  readonly backports: readonly OfferedBackport[];
  /** Of the ledger: every fix that affected services run and their staging lacks. */
  readonly openBackports: readonly OpenBackports[];
  readonly coverage: readonly SourceCoverage[];
  /** Until when changes are of interest: its end, or now. */
  readonly until: Date;
  /** Names to choose the affected services from, where nobody knows them: likely ones first. */
  readonly choices: readonly string[];
  readonly resolution: { readonly by: IncidentEntry | null; readonly measures: IncidentMeasures } | null;
}

const mostSuspects = 3;
const mostRuledOut = 3;
const mostServices = 4;
/** The likely ones; all others are one click further. */
const mostChoices = 25;

export async function cardOf(dependencies: CardDependencies, incident: Incident, now: Date): Promise<IncidentCard> {
  const { db, lookback, releases, sources } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const [found, seen] = await Promise.all([suspectsOf(dependencies, incident, now), coverage(db, sources, now)]);
  const { ranking, changes, verdicts } = found;
  const since = changes.filter((change) => isSince(change, incident.startedAt));
  return {
    incident,
    suspects: await Promise.all(
      ranking.suspects.slice(0, mostSuspects).map((each) => onCard(each, found, db, catalog)),
    ),
    moreSuspects: Math.max(0, ranking.suspects.length - mostSuspects),
    ruledOut: ranking.ruledOut
      .map((each) => ({ ...each, verdict: verdicts.get(each.change.id) ?? null }))
      .filter(({ change, verdict }) => verdict !== null || isTelling(change, incident.startedAt))
      .slice(0, mostRuledOut),
    cause: changes.find(({ id }) => id === incident.causeId) ?? null,
    fixes: changes.filter(({ id }) => verdicts.get(id)?.verdict?.verdict === 'fixed'),
    alerts: found.alerts,
    since,
    sinceTotal: Math.max(found.sinceOnset, since.length),
    before: changes.filter((change) => isBefore(change, incident, found.scope)),
    byService: found.byService,
    total: found.total,
    totalIsFloor: found.totalIsFloor,
    from: new Date(incident.startedAt.getTime() - lookback),
    drifts: changes.filter((change) => isOpenDrift(change) && mayConcern(change, found.scope, catalog)),
    freezes: (await freezesIn(db, releases, { from: now, to: now })).filter((freeze) => holds(freeze, incident, now)),
    backports: await backportsOf(dependencies, runningIn(changes, incident)),
    openBackports: await openBackportsOf(db, incident),
    coverage: seen,
    until: incident.resolvedAt ?? now,
    choices: await choicesFor(dependencies, incident, found),
    resolution: await resolutionOf(dependencies, incident),
  };
}

async function onCard(
  suspect: Suspect,
  { verdicts, undone }: IncidentSuspects,
  db: CardDependencies['db'],
  catalog: Catalog,
): Promise<CardSuspect> {
  const { change } = suspect;
  return {
    ...suspect,
    verdict: verdicts.get(change.id) ?? null,
    undone: undone.get(change.id) ?? null,
    lastGood: await lastGoodBefore(db, change, catalog),
  };
}

function isSince(change: Change, onset: Date): boolean {
  if (change.kind === 'merge' || change.kind === 'note') return false;
  return change.occurredAt >= onset || (isDeploy(change) && tookEffect(change) > onset);
}

function isBefore(change: Change, { startedAt: onset, environment }: Incident, { services }: Scope): boolean {
  if (change.kind === 'merge' || change.kind === 'note' || change.occurredAt >= onset || isSince(change, onset))
    return false;
  if (environment !== null && change.environment !== environment) return false;
  return (
    services.length === 0 || change.services.length === 0 || change.services.some((each) => services.includes(each))
  );
}

function isOpenDrift({ kind, status }: Change): boolean {
  return kind === 'drift' && status === 'started';
}

/** A service that the settings know and that is not of the scope has its own drift; what they do not know, all may share. */
function mayConcern({ services }: Change, scope: Scope, catalog: Catalog): boolean {
  if (scope.services.length === 0 || services.some((each) => scope.services.includes(each))) return true;
  const known = new Set(catalog.services.map(({ name }) => name));
  return !services.some((each) => known.has(each));
}

/** That it came too late, or changes nothing, needs no line. */
function isTelling({ kind, occurredAt }: Change, onset: Date): boolean {
  return occurredAt <= onset && kind !== 'merge' && kind !== 'note';
}

function holds({ from, to, environments }: Freeze, { environment }: Incident, now: Date): boolean {
  if (now < from || now >= to) return false;
  return environments.length === 0 || environment === null || environments.includes(environment);
}

/** The newest good deploy of each affected service. */
function runningIn(changes: readonly Change[], { services, environment }: Incident): readonly string[] {
  return services.slice(0, mostServices).flatMap((service) => {
    const runs = changes.find(
      (each) =>
        isDeploy(each) &&
        each.service === service &&
        each.environment === environment &&
        (each.status === null || each.status === 'succeeded'),
    );
    return runs === undefined ? [] : [runs.id];
  });
}

async function choicesFor(
  { db, catalog, hidden = [] }: CardDependencies,
  incident: Incident,
  { byService }: IncidentSuspects,
): Promise<readonly string[]> {
  if (incident.services.length > 0 || incident.resolvedAt !== null) return [];
  const known = await everyKnownName(db, catalog);
  const changed = byService.flatMap(({ service }) => service ?? []);
  const names = new Set([...changed, ...[...known.services.exact.values()].toSorted()]);
  return [...names].filter((name) => !isHidden({ hidden }, [name])).slice(0, mostChoices);
}

async function resolutionOf({ db }: CardDependencies, incident: Incident): Promise<IncidentCard['resolution']> {
  if (incident.resolvedAt === null) return null;
  const [by, firstAlert] = await Promise.all([lastEntry(db, incident.id, 'resolved'), firstAlertOf(db, incident.id)]);
  return { by, measures: measuresOf(incident, firstAlert) };
}
