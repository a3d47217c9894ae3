import { changeName, tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { SuspectContext } from '../suspects.ts';
import { spanWords } from './span-words.ts';
import { type Reason, weights } from './weights.ts';

const minute = 60_000;
/** A fault that a change made is over this soon after the change was taken back. */
const soon = 15 * minute;
/** A fault that is there after this long had another cause; until then it may only not be told that it is over. */
const late = 30 * minute;

/** What became of the fault since a change was taken back: the one experiment that an incident makes. */
export function aftermath(change: Change, undone: Change, { now, over }: SuspectContext): Reason {
  const at = tookEffect(undone);
  if (over !== undefined) {
    const stayed = (over ?? now).getTime() - at.getTime();
    if (over !== null && stayed >= 0 && stayed <= soon) {
      return { text: `the fault was over ${spanWords(stayed)} after it was taken back`, weight: weights.cured };
    }
    if (stayed >= late) {
      const still = over === null ? 'and the fault is still there' : 'and the fault stayed';
      return {
        text: `was taken back, ${still}`,
        weight: weights.stayed,
      };
    }
  }
  const text = undone.id === change.id ? 'is over since' : `was taken back since, by ${changeName(undone)}`;
  return { text, weight: 0 };
}
