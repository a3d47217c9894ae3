import type { Suspect } from '../answer.ts';
import type { Change, Kind } from '../change.ts';
import type { Ranking, SuspectContext } from '../suspects.ts';
import { knownAt } from './known-at.ts';
import type { LabelledIncident } from './labelled-incident.ts';
import { byRecency } from './recency.ts';

export type Rank = (changes: readonly Change[], context: SuspectContext, most: number) => Ranking;

/** Suspects asked for, and how far down the list of the newest is read: nobody reads further in an incident. */
export const readAtMost = 10;

/** What came of one labelled incident. */
export interface Outcome {
  readonly id: string;
  readonly title: string;
  /** Of its first cause; null: no change caused it. */
  readonly kind: Kind | null;
  /** Of the first cause among the suspects, from 1; null: not among them. */
  readonly rank: number | null;
  /** The same among the newest; null: not within what is read. */
  readonly recencyRank: number | null;
  readonly suspects: number;
  readonly likely: number;
  readonly likelyRight: number;
  readonly first: Suspect | null;
  /** The first cause as it was ranked; null where it was not. */
  readonly cause: Suspect | null;
  /** Why a cause was ruled out; null where none was. */
  readonly ruledOut: string | null;
  /** Changes among which the cause had to be found: those of its environment before the onset. */
  readonly pool: number;
}

/** Ranks the suspects of a past incident with what was known when they were asked for, and looks where the cause is. */
export function replay(incident: LabelledIncident, rank: Rank): Outcome {
  const known = knownAt(incident.changes, incident.askedAt);
  const { suspects, ruledOut } = rank(known, contextOf(incident), readAtMost);
  const isCause = ({ change }: { readonly change: Change }) => incident.causes.includes(change.id);
  const newest = byRecency(known, incident);
  const at = suspects.findIndex(isCause);
  const recently = newest.slice(0, readAtMost).findIndex((change) => isCause({ change }));
  const likely = suspects.filter(({ likelihood }) => likelihood === 'likely');
  return {
    id: incident.id,
    title: incident.title,
    kind: incident.changes.find(({ id }) => id === incident.causes[0])?.kind ?? null,
    rank: at === -1 ? null : at + 1,
    recencyRank: recently === -1 ? null : recently + 1,
    suspects: suspects.length,
    likely: likely.length,
    likelyRight: likely.filter(isCause).length,
    first: suspects[0] ?? null,
    cause: suspects[at] ?? null,
    ruledOut: ruledOut.find(isCause)?.why ?? null,
    pool: newest.length,
  };
}

function contextOf(incident: LabelledIncident): SuspectContext {
  const { title, symptom } = incident;
  return {
    onset: incident.startedAt,
    now: incident.askedAt,
    environment: incident.environment,
    services: incident.services,
    dependsOn: incident.dependsOn,
    symptom: symptom.includes(title) ? symptom : `${title}\n${symptom}`,
    background: incident.background,
    releases: incident.releases ?? null,
  };
}
