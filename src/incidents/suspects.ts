import type { Change } from '../domain/change.ts';
import { isDeploy } from '../domain/change-words.ts';
import { dependenciesOf, reachesOf } from '../domain/dependencies.ts';
import type { Incident, IncidentEntry, Verdict } from '../domain/incidents/incident.ts';
import type { ReleaseRules } from '../domain/release-rules.ts';
import type { Ranking } from '../domain/suspects.ts';
import { isHidden, visibleCatalog } from '../domain/viewer.ts';
import { undoings } from '../domain/undone.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { findSuspects } from '../timeline/find-suspects.ts';
import type { NamesOf } from '../timeline/suspect-background.ts';
import { type HistoryDependencies, withHistoryRisks } from '../timeline/history-risks.ts';
import { withMergeRisks } from '../timeline/merge-risks.ts';
import { withRevertedFixes } from '../timeline/reverted-fixes.ts';
import { type IncidentAlerts, alertsOf } from './alerts.ts';
import type { IncidentContext } from './context.ts';
import { verdictsOf } from './entries.ts';
import { type Scope, type ScopeChanges, changesOfScope } from './scope-changes.ts';

export interface SuspectDependencies extends Pick<IncidentContext, 'db' | 'catalog'> {
  /** How long before the onset changes are suspected, in milliseconds. */
  readonly lookback: number;
  readonly releases: ReleaseRules;
  /** Of these services nothing is shown: cards stand where anybody reads them. */
  readonly hidden?: readonly string[];
  /** All names, lower-case, of the people called these, by what they are called; nothing of whom nobody said. */
  readonly namesOf?: NamesOf;
}

export interface IncidentSuspects extends ScopeChanges {
  /** With what people decided: `caused` and `suspect` come first, `dismissed` and `fixed` are no suspects any more. */
  readonly ranking: Ranking;
  /** What was decided last about a change, by its id. */
  readonly verdicts: ReadonlyMap<string, IncidentEntry>;
  /** By the id of a suspect: the change that took it back, begun or done. */
  readonly undone: ReadonlyMap<string, Change>;
  readonly scope: Scope;
  readonly alerts: IncidentAlerts;
}

const mostSuspects = 10;
const nobody: NamesOf = () => Promise.resolve(new Map());

/** What may have caused an incident. Reads a bounded number of rows, however much has changed. */
export async function suspectsOf(
  { db, catalog: settings, lookback, releases, namesOf = nobody, hidden = [] }: SuspectDependencies,
  incident: Incident,
  now: Date,
): Promise<IncidentSuspects> {
  const [all, verdicts] = await Promise.all([catalogWith(db, settings), verdictsOf(db, incident.id)]);
  const catalog = visibleCatalog(all, { hidden });
  const alerts = visibleAlerts(await alertsOf(db, catalog, incident.id), hidden);
  const { environment, services, startedAt: onset } = incident;
  const scope = { environment, services: [...reachesOf(services, dependenciesOf(catalog)).keys()], hidden };
  const span = { from: new Date(onset.getTime() - lookback), onset, now };
  const decided = [...verdicts.keys(), ...(incident.causeId === null ? [] : [incident.causeId])];
  const found = await changesOfScope(db, scope, span, decided, catalog);
  const changes = await withRevertedFixes(db, await withMergeRisks(db, found.changes, catalog), hidden);
  const fault = {
    onset,
    environment,
    services,
    assumed: false,
    over: endOf(incident, alerts),
    symptom: symptomOf(incident, alerts),
  };
  const ranked = await findSuspects({ db, catalog, releases, namesOf }, changes, { fault, now, most: mostSuspects });
  const ranking = await withHistory({ db, catalog, releases }, withVerdicts(ranked, changes, verdicts));
  return { ...found, changes, ranking, verdicts, undone: takenBack(ranking, changes), scope, alerts };
}

/** The history is asked about those that are shown only. */
async function withHistory(dependencies: HistoryDependencies, ranking: Ranking): Promise<Ranking> {
  const told = await withHistoryRisks(
    dependencies,
    ranking.suspects.map(({ change }) => change),
  );
  return {
    ...ranking,
    suspects: ranking.suspects.map((suspect, index) => ({ ...suspect, change: told[index] ?? suspect.change })),
  };
}

function visibleAlerts(all: IncidentAlerts, hidden: readonly string[]): IncidentAlerts {
  return { ...all, alerts: all.alerts.filter(({ services }) => !isHidden({ hidden }, services)) };
}

/** When it hurt no more, as people or the systems that watch say. Null: it is still there. */
function endOf({ mitigatedAt, resolvedAt }: Incident, { alerts, going, over }: IncidentAlerts): Date | null {
  const said = mitigatedAt ?? resolvedAt;
  if (said !== null || going > 0 || over === 0) return said;
  const ends = alerts.flatMap(({ resolvedAt: at }) => at ?? []);
  return ends.reduce<Date | null>((last, end) => (last === null || end > last ? end : last), null);
}

/** All that is said about the fault: by people and by the systems that watch. */
function symptomOf({ title, symptom }: Incident, { alerts }: IncidentAlerts): string {
  const said = alerts.flatMap((alert) => [alert.title, ...Object.values(alert.labels)]);
  return [title, symptom, ...new Set(said)].join('\n');
}

function withVerdicts(
  { suspects, ruledOut }: Ranking,
  changes: readonly Change[],
  verdicts: ReadonlyMap<string, IncidentEntry>,
): Ranking {
  const verdictOn = ({ change }: { readonly change: Change }) => verdicts.get(change.id)?.verdict?.verdict ?? null;
  const ranked = new Map(suspects.map((suspect) => [suspect.change.id, suspect]));
  const said = (verdict: Verdict) =>
    changes
      .filter((change) => verdictOn({ change }) === verdict)
      .map((change) => ranked.get(change.id) ?? { change, score: 0, reasons: [], likelihood: 'possible' as const });
  return {
    suspects: [...said('caused'), ...said('suspect'), ...suspects.filter((suspect) => verdictOn(suspect) === null)],
    ruledOut: [
      ...said('dismissed').map(({ change }) => ({ change, why: verdicts.get(change.id)?.text ?? '' })),
      ...ruledOut.filter((each) => verdictOn(each) === null),
    ],
  };
}

/** Also by what is only under way: people have decided, and the fault may be over soon. */
function takenBack({ suspects }: Ranking, changes: readonly Change[]): ReadonlyMap<string, Change> {
  const own = new Map(changes.map((change) => [change.id, change]));
  const asDone = changes.map((change) =>
    change.status === 'started' && isDeploy(change) ? { ...change, status: 'succeeded' as const } : change,
  );
  const undoing = undoings(asDone);
  return new Map(
    suspects.flatMap(({ change }) => {
      const by = own.get(undoing(change)?.id ?? '');
      return by === undefined || by.id === change.id ? [] : [[change.id, by] as const];
    }),
  );
}
