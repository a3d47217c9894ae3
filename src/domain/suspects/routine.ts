import type { Change, Kind } from '../change.ts';
import { type Reason, hundredths, weights } from './weights.ts';

/** Each of these brings something else each time, whatever it is called. */
const unlike: ReadonlySet<Kind> = new Set(['deploy', 'rollback', 'merge', 'note'] as const);
/** Numbers, versions and digests differ each time that the same is done. */
const numbers = /[\p{N}#.:_-]*\p{N}[\p{L}\p{N}.:_-]*/gu;

/**
 * What was done again and again before and broke nothing is less suspect the next time: the key that is rotated, the
 * group that is scaled. `changes` are latest first.
 */
export function routines(changes: readonly Change[]): (change: Change) => Reason | null {
  const before = new Map<Change, number>();
  const counts = new Map<string, number>();
  for (let index = changes.length - 1; index >= 0; index -= 1) {
    const change = changes[index];
    if (change === undefined || unlike.has(change.kind)) continue;
    const key = [change.kind, change.environment, ...change.services, change.title.replaceAll(numbers, '')].join('\n');
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count >= 2) before.set(change, count);
  }
  return (change) => {
    const count = before.get(change);
    if (count === undefined) return null;
    const weight = hundredths(Math.max(weights.routineMost, weights.routine * Math.log2(count)));
    return { text: `the same was done ${count} times before`, weight };
  };
}
