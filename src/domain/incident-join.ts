import {
  type Candidate,
  type HeardSignal,
  type KnownIncident,
  type Placed,
  add,
  candidateOf,
  placed,
} from './incident-candidate.ts';
import { type AreNeighbours, type Tie, strongest, tieTo } from './incident-ties.ts';
import { isPage } from './opening-signal.ts';
import type { FoldedSignal } from './signal.ts';

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
    const joined = tie ?? (heard.opens && storms.has(heard.environment) ? stormTie(candidates, heard) : null);
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
    openedAt: heardAt,
    resolvedAt: null,
    private: false,
    channel: null,
    openedBy: isPage(signal) ? 'page' : 'alert',
    signals: [signal],
  };
}

/** People are called by pages one by one, whatever else goes on. */
function mayBeOfStorm(signal: FoldedSignal): boolean {
  return !isPage(signal) && signal.channel === null;
}

function stormAround(candidates: readonly Candidate[], { environment, heardAt }: Placed): readonly Candidate[] {
  return candidates.filter(
    ({ incident, environment: place }) =>
      place === environment &&
      incident.openedBy === 'alert' &&
      incident.resolvedAt === null &&
      !incident.private &&
      Math.abs(heardAt.getTime() - incident.openedAt.getTime()) <= storm,
  );
}

function isInStorm(candidates: readonly Candidate[], heard: Placed): boolean {
  return mayBeOfStorm(heard.signal) && stormAround(candidates, heard).length >= mostInStorm;
}

/** To the incident that was first. */
function stormTie(candidates: readonly Candidate[], heard: Placed): Tie | null {
  if (!mayBeOfStorm(heard.signal)) return null;
  const [candidate] = stormAround(candidates, heard).toSorted(
    (a, b) => a.incident.openedAt.getTime() - b.incident.openedAt.getTime() || compareIds(a.incident.id, b.incident.id),
  );
  return candidate === undefined ? null : { candidate, rank: 8, why: 'one of many alerts at once', reopens: false };
}

/** Numbers as text; the later is the greater. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
