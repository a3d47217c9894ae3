import type { Change } from '../change.ts';
import { changeName, tookEffect } from '../change-words.ts';
import type { SuspectContext } from '../suspects.ts';
import { type Place, isElsewhere } from './place.ts';
import { skew } from './weights.ts';

/** Why a change cannot have done it; the most telling have the lowest rank. */
export interface Exclusion {
  readonly why: string;
  readonly rank: number;
}

/** Null: it can have. `undone`: what took it back, asked only when nothing else excludes it. */
export function exclusionOf(
  change: Change,
  { onset }: Pick<SuspectContext, 'onset'>,
  place: Place,
  undone: () => Change | null,
): Exclusion | null {
  if (change.kind === 'note') return { why: 'a note changes nothing', rank: 9 };
  if (change.kind === 'merge') return { why: 'merged, not known to be live', rank: 8 };
  if (change.risks.some(({ name }) => name === 'planned')) return { why: 'planned, not known to be applied', rank: 7 };
  if (change.status === 'cancelled') return { why: 'was cancelled', rank: 6 };
  if (isElsewhere(change, place)) return { why: `in ${change.environment ?? ''} only`, rank: 4 };
  if (change.occurredAt.getTime() > onset.getTime() + skewOf(change)) return { why: 'began after the fault', rank: 2 };
  const back = undone();
  if (back !== null && tookEffect(back) <= onset) return { why: undoneWords(change, back), rank: 1 };
  return null;
}

/** A rollback this soon after the onset answers it. */
function skewOf({ kind, clock }: Change): number {
  return kind === 'rollback' ? 0 : skew[clock];
}

function undoneWords(change: Change, undone: Change): string {
  return undone.id === change.id ? 'was over before' : `was taken back before, by ${changeName(undone)}`;
}
