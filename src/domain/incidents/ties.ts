import { channelNames } from '../channel-names.ts';
import { type Candidate, type Placed, areAlike } from './candidate.ts';
import type { FoldedSignal } from '../signal.ts';

/** Why a signal belongs to an incident. */
export interface Tie {
  readonly candidate: Candidate;
  /** The lower, the surer. */
  readonly rank: number;
  readonly why: string;
  /** The incident was over, and is not. */
  readonly reopens: boolean;
}

/** Whether one service depends on the other, as the settings say. */
export type AreNeighbours = (a: string, b: string) => boolean;

const minute = 60_000;
/** An alert that fires again within this after its incident was resolved shows that it was not. */
const firesAgainWithin = 30 * minute;
/** What began longer before the incident is something else, unless somebody says otherwise. */
const before = 30 * minute;
/** After the start of the incident, of the same service. */
const sameService = 720 * minute;
/** Around the start of the incident, named by a number alone: other things are numbered too. */
const byNumber = 360 * minute;
/** After the start of the incident, where no service is known. */
const unknownService = 10 * minute;
/** After what began last of the incident. */
const sinceLast = { neighbour: 30 * minute, words: 60 * minute, wordsElsewhere: 5 * minute } as const;

export function strongest(ties: readonly Tie[]): Tie | null {
  const [first] = ties.toSorted(
    (a, b) => a.rank - b.rank || b.candidate.incident.startedAt.getTime() - a.candidate.incident.startedAt.getTime(),
  );
  return first ?? null;
}

/** Null: nothing says that they belong together. */
export function tieTo(candidate: Candidate, heard: Placed, areNeighbours: AreNeighbours): Tie | null {
  return named(candidate, heard) ?? firedAgain(candidate, heard) ?? likely(candidate, heard, areNeighbours);
}

/** Somebody says so: a link, a reference, a channel. */
function named(candidate: Candidate, heard: Placed): Tie | null {
  const { signal, links, onset } = heard;
  const { channel, startedAt } = candidate.incident;
  const reopens = isNews(candidate, heard);
  const found = channel === null ? null : channelNames(channel, signal);
  const isNear = Math.abs(onset - startedAt.getTime()) <= byNumber;
  if (found !== null && (isNear || !found.numberAlone)) {
    return { candidate, rank: found.numberAlone ? 1 : 0, why: found.why, reopens };
  }
  if (!links.some((link) => candidate.links.has(link))) return null;
  return { candidate, rank: 0, why: 'same link', reopens };
}

/** It tells of the fault after that was taken to be over. */
function isNews({ incident: { resolvedAt } }: Candidate, { signal, onset }: Placed): boolean {
  return resolvedAt !== null && signal.state !== 'resolved' && onset > resolvedAt.getTime();
}

function firedAgain(candidate: Candidate, heard: Placed): Tie | null {
  const { alert, onset } = heard;
  const { resolvedAt, startedAt } = candidate.incident;
  if (!candidate.alerts.has(alert)) return null;
  if (resolvedAt === null) return { candidate, rank: 2, why: 'the same alert', reopens: false };
  if (onset - resolvedAt.getTime() > firesAgainWithin || onset < startedAt.getTime()) return null;
  return { candidate, rank: 3, why: 'the same alert again', reopens: isNews(candidate, heard) };
}

/** Nobody says so, but place, time and words do. What is private is joined by nothing like that. */
function likely(candidate: Candidate, heard: Placed, areNeighbours: AreNeighbours): Tie | null {
  const { incident, environment } = candidate;
  const { signal, onset } = heard;
  if (incident.private || incident.resolvedAt !== null || environment !== heard.environment) return null;
  // A channel of another name was made for something else.
  if (signal.channel !== null && incident.channel !== null) return null;
  const start = incident.startedAt.getTime();
  if (onset < start - before || onset > start + sameService) return null;
  const shared = signal.services.find((service) => candidate.services.has(service));
  if (shared !== undefined) return { candidate, rank: 4, why: `same service, ${shared}`, reopens: false };
  return nearInTime(candidate, heard, areNeighbours);
}

function nearInTime(candidate: Candidate, heard: Placed, areNeighbours: AreNeighbours): Tie | null {
  const { signal, onset, opens, words } = heard;
  const since = onset - candidate.latest;
  const tie = (rank: number, why: string) => ({ candidate, rank, why, reopens: false });
  const neighbour = since > sinceLast.neighbour ? undefined : neighbourOf(candidate, signal, areNeighbours);
  if (neighbour !== undefined) return tie(5, `a neighbour, ${neighbour}`);
  const isUnknown = signal.services.length === 0 || candidate.services.size === 0;
  const isAlike =
    candidate.titles.has(signal.title) || [...candidate.titles.values()].some((each) => areAlike(each, words));
  if (isAlike && since <= (isUnknown ? sinceLast.words : sinceLast.wordsElsewhere)) return tie(6, 'the same words');
  if (!isUnknown || !opens || onset - candidate.incident.startedAt.getTime() > unknownService) return null;
  return tie(7, `at the same time in ${candidate.environment}`);
}

function neighbourOf({ services }: Candidate, signal: FoldedSignal, areNeighbours: AreNeighbours): string | undefined {
  return [...services].find((service) => signal.services.some((other) => areNeighbours(service, other)));
}
