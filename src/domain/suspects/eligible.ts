import type { Change } from '../change.ts';
import { changeName, tookEffect } from '../change-words.ts';
import type { SuspectContext } from '../suspects.ts';
import { halfUndone } from './half-undone.ts';
import { type Place, isElsewhere, isUnlinked } from './place.ts';
import { type Reason, farFloor, floor, skew, weights } from './weights.ts';

/** What stands between a change and a fault. The first are those that a person would ask about first. */
export const obstacles = [
  'undone',
  'later',
  'retried',
  'unlikely',
  'elsewhere',
  'unlinked',
  'cancelled',
  'planned',
  'merged',
  'note',
] as const;
export type Obstacle = (typeof obstacles)[number];

/** Why a change cannot have done it. */
export interface Exclusion {
  readonly obstacle: Obstacle;
  readonly why: string;
  /** What took it back. */
  readonly by?: Change;
}

/** Null: it can have. `later`: what took it back or its place, asked only when nothing else excludes it. */
export function exclusionOf(
  change: Change,
  { onset }: Pick<SuspectContext, 'onset'>,
  place: Place,
  later: { readonly undoing: (change: Change) => Change | null; readonly retry: (change: Change) => Change | null },
): Exclusion | null {
  if (change.kind === 'note') return note;
  if (change.kind === 'merge') return merged;
  if (change.risks.some(({ name }) => name === 'planned')) return planned;
  if (change.status === 'cancelled') return cancelled;
  if (isElsewhere(change, place)) return { obstacle: 'elsewhere', why: `in ${change.environment ?? ''} only` };
  if (change.occurredAt.getTime() > onset.getTime() + skewOf(change)) return tooLate;
  const retry = later.retry(change);
  if (retry !== null && tookEffect(retry) <= onset) {
    return { obstacle: 'retried', why: `failed, and was replaced by ${changeName(retry)}` };
  }
  const back = later.undoing(change);
  if (back === null || tookEffect(back) > onset) return null;
  if (back.id === change.id) return { obstacle: 'undone', why: 'was over before' };
  if (halfUndone(back) !== null) return null;
  return { obstacle: 'undone', why: `was taken back before, by ${changeName(back)}`, by: back };
}

const note: Exclusion = { obstacle: 'note', why: 'a note changes nothing' };
const merged: Exclusion = { obstacle: 'merged', why: 'merged, not known to be live' };
const planned: Exclusion = { obstacle: 'planned', why: 'planned, not known to be applied' };
const cancelled: Exclusion = { obstacle: 'cancelled', why: 'was cancelled' };
const tooLate: Exclusion = { obstacle: 'later', why: 'began after the fault' };

/** Nothing declared leads from it to what is affected, where something is declared, nor does the symptom name it. */
export function isCutOff(change: Change, place: Place, named: Reason | null): boolean {
  return place.closed && (named?.weight ?? 0) < weights.naming && isUnlinked(change, place);
}

/** The score from which somebody is pointed at it, whatever else there is. */
export function floorOf(change: Change, place: Place): number {
  return isUnlinked(change, place) ? farFloor : floor;
}

/** A rollback this soon after the onset answers it. */
function skewOf({ kind, clock }: Change): number {
  return kind === 'rollback' ? 0 : skew[clock];
}
