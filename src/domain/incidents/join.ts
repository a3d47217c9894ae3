import {
  type Candidate,
  type HeardSignal,
  type KnownIncident,
  type Placed,
  add,
  candidateOf,
  placed,
} from './candidate.ts';
import { type AreNeighbours, type Tie, strongest, tieTo } from './ties.ts';
import { isPage } from './opening-signal.ts';
import type { FoldedSignal } from '../signal.ts';

export interface JoinRules {
  /** Where a fault is of which nobody says where. */
  readonly defaultEnvironment: string;
  readonly areNeighbours: AreNeighbours;
}

export type Decision =
  | {
      readonly outcome: 'joins';
      readonly signalId: string;
      /** Of a known incident, or of one that another of the signals opens: see `newIncidentId`. */
      readonly incidentId: string;
      readonly why: string;
      /** The incident was over, and is not. */
      readonly reopens: boolean;
    }
  | { readonly outcome: 'opens'; readonly signalId: string }
  | { readonly outcome: 'none'; readonly signalId: string };

/** So many incidents opened by alerts in one environment within `storm` are taken for one. */
const mostInStorm = 3;
const storm = 600_000;
/** Why an alert belongs to an incident that has nothing in common with it but the time. */
export const stormWhy = 'one of many alerts at once';

/** Stands for the incident that this signal opens, until it has an id. */
export function newIncidentId(signalId: string): string {
  return `new:${signalId}`;
}

/**
 * Which incidents these signals belong to and which they open, by the rules of docs/decisions/0010. Those that may open
 * one come before those that may only join, each in the order in which they began.
 */
export function decideSignals(
  signals: readonly HeardSignal[],
  incidents: readonly KnownIncident[],
  rules: JoinRules,
): readonly Decision[] {
  const ordered = signals
    .map((heard) => placed(heard, rules.defaultEnvironment))
    .toSorted((a, b) => Number(b.opens) - Number(a.opens) || a.onset - b.onset || compareIds(a.id, b.id));
  // Known from the third alert on, a storm is one incident from its first.
  for (const storms = new Set<string>(); ;) {
    const decided = decideInOrder(ordered, incidents, rules, storms);
    if (decided.storm === null) return decided.decisions;
    storms.add(decided.storm);
  }
}

/** `storm`: the environment in which there turned out to be one that is not among `storms`. */
function decideInOrder(
  signals: readonly Placed[],
  incidents: readonly KnownIncident[],
  { defaultEnvironment, areNeighbours }: JoinRules,
  storms: ReadonlySet<string>,
): { readonly decisions: readonly Decision[]; readonly storm: string | null } {
  const candidates = incidents.map((incident) => candidateOf(incident, defaultEnvironment));
  const decisions: Decision[] = [];
  for (const heard of signals) {
    const tie = strongest(candidates.flatMap((candidate) => tieTo(candidate, heard, areNeighbours) ?? []));
    const joined = tie ?? (heard.opens ? stormTie(candidates, heard, storms.has(heard.environment)) : null);
    if (joined !== null) {
      add(joined.candidate, heard);
      const { candidate, why, reopens } = joined;
      decisions.push({ outcome: 'joins', signalId: heard.id, incidentId: candidate.incident.id, why, reopens });
    } else if (heard.opens) {
      candidates.push(candidateOf(openedBy(heard), defaultEnvironment));
      decisions.push({ outcome: 'opens', signalId: heard.id });
      if (!storms.has(heard.environment) && isInStorm(candidates, heard)) {
        return { decisions, storm: heard.environment };
      }
    } else decisions.push({ outcome: 'none', signalId: heard.id });
  }
  return { decisions, storm: null };
}

function openedBy({ id, signal, environment, onset, heardAt }: Placed): KnownIncident {
  return {
    id: newIncidentId(id),
    title: signal.title,
    environment,
    services: signal.services,
    startedAt: new Date(onset),
    latestAt: new Date(onset),
    openedAt: heardAt,
    resolvedAt: null,
    private: false,
    channel: null,
    openedBy: isPage(signal) ? 'page' : 'alert',
    stormy: false,
    signals: [signal],
  };
}

/** People are called by pages one by one, whatever else goes on. */
function mayBeOfStorm(signal: FoldedSignal): boolean {
  return !isPage(signal) && signal.channel === null;
}

function openedByAlerts(candidates: readonly Candidate[], { environment }: Placed): readonly Candidate[] {
  return candidates.filter(
    ({ incident, environment: place }) =>
      place === environment && incident.openedBy === 'alert' && incident.resolvedAt === null && !incident.private,
  );
}

function isNear({ incident: { openedAt } }: Candidate, { heardAt }: Placed): boolean {
  return Math.abs(heardAt.getTime() - openedAt.getTime()) <= storm;
}

function isInStorm(candidates: readonly Candidate[], heard: Placed): boolean {
  if (!mayBeOfStorm(heard.signal)) return false;
  return openedByAlerts(candidates, heard).filter((each) => isNear(each, heard)).length >= mostInStorm;
}

/** To the incident that was first. A storm lasts as long as alerts keep coming. */
function stormTie(candidates: readonly Candidate[], heard: Placed, isStorm: boolean): Tie | null {
  if (!mayBeOfStorm(heard.signal)) return null;
  const [candidate] = openedByAlerts(candidates, heard)
    .filter((each) => (each.stormy && Math.abs(heard.onset - each.latest) <= storm) || (isStorm && isNear(each, heard)))
    .toSorted(
      (a, b) =>
        a.incident.openedAt.getTime() - b.incident.openedAt.getTime() || compareIds(a.incident.id, b.incident.id),
    );
  if (candidate === undefined) return null;
  candidate.stormy = true;
  return { candidate, rank: 8, why: stormWhy, reopens: false };
}

/** Numbers as text; the later is the greater. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
