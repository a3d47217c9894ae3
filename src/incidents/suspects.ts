import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Suspect } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { Incident, IncidentEntry } from '../domain/incident.ts';
import { rankSuspects } from '../domain/suspects.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { withMergeRisks } from '../timeline/merge-risks.ts';
import { verdictsOf } from './entries.ts';
import { type Scope, type ScopeChanges, changesOfScope } from './scope-changes.ts';

export interface SuspectDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** How long before the onset changes are suspected, in milliseconds. */
  readonly lookback: number;
}

export interface RankedSuspect extends Suspect {
  readonly likelihood: 'likely' | 'possible';
}

export interface Ranking {
  /** The likeliest first; empty: no change fits. */
  readonly suspects: readonly RankedSuspect[];
  /** The most interesting first. */
  readonly ruledOut: readonly { readonly change: Change; readonly why: string }[];
}

export interface IncidentSuspects extends ScopeChanges {
  /** With what people decided: `caused` and `suspect` come first, `dismissed` and `fixed` are no suspects any more. */
  readonly ranking: Ranking;
  /** What was decided last about a change, by its id. */
  readonly verdicts: ReadonlyMap<string, IncidentEntry>;
  /** By the id of a suspect: the change that took it back, begun or done. */
  readonly undone: ReadonlyMap<string, Change>;
  readonly scope: Scope;
}

const mostSuspects = 10;
const likely = 0.5;

/** What may have caused an incident. Reads a bounded number of rows, however much has changed. */
export async function suspectsOf(
  dependencies: SuspectDependencies,
  incident: Incident,
  now: Date,
): Promise<IncidentSuspects> {
  const { db, lookback } = dependencies;
  const [catalog, verdicts] = await Promise.all([catalogWith(db, dependencies.catalog), verdictsOf(db, incident.id)]);
  const { environment, startedAt: onset } = incident;
  const scope = { environment, services: reachOf(incident.services, catalog) };
  const span = { from: new Date(onset.getTime() - lookback), onset, now };
  const found = await changesOfScope(db, scope, span, [...verdicts.keys()], catalog);
  const changes = await withMergeRisks(db, found.changes, catalog);
  const ranked = rankSuspects(changes, { onset, now, environment }, mostSuspects);
  const ranking = {
    suspects: ranked.map((suspect) => ({ ...suspect, likelihood: likelihoodOf(suspect) })),
    ruledOut: [],
  };
  return {
    ...found,
    changes,
    ranking: withVerdicts(ranking, changes, verdicts),
    verdicts,
    undone: new Map(),
    scope,
  };
}

function likelihoodOf({ score }: Suspect): RankedSuspect['likelihood'] {
  return score >= likely ? 'likely' : 'possible';
}

function withVerdicts(
  { suspects, ruledOut }: Ranking,
  changes: readonly Change[],
  verdicts: ReadonlyMap<string, IncidentEntry>,
): Ranking {
  const verdictOn = (change: Change) => verdicts.get(change.id)?.verdict?.verdict ?? null;
  const ranked = new Map(suspects.map((suspect) => [suspect.change.id, suspect]));
  const said = (verdict: 'caused' | 'suspect') =>
    changes
      .filter((change) => verdictOn(change) === verdict)
      .map((change) => ranked.get(change.id) ?? { change, score: 0, reasons: [], likelihood: 'likely' as const });
  const dismissed = changes.filter((change) => verdictOn(change) === 'dismissed');
  return {
    suspects: [...said('caused'), ...said('suspect'), ...suspects.filter(({ change }) => verdictOn(change) === null)],
    ruledOut: [
      ...dismissed.map((change) => ({ change, why: verdicts.get(change.id)?.text || 'somebody decided so' })),
      ...ruledOut.filter(({ change }) => verdictOn(change) === null),
    ],
  };
}

/** The affected services and all that they depend on. */
function reachOf(affected: readonly string[], { services }: Catalog): readonly string[] {
  const reached = new Set(affected);
  for (const name of reached) {
    for (const each of services.find((service) => service.name === name)?.dependsOn ?? []) reached.add(each);
  }
  return [...reached];
}
