import type { State } from '../domain/comparison/agreement.ts';
import type { Lived } from './place-history.ts';

/**
 * What an environment had, one after the other, as one collector saw it; what it did not have included.
 * `firstAt`: of that collector's first snapshot of all, null when it never looked.
 */
export function statesOf(lived: readonly Lived[], collector: string, firstAt: Date | null): readonly State[] {
  const own = lived.filter((each) => each.collector === collector);
  const seen = own.length > 0 ? own : lived;
  const [first] = seen;
  const states: State[] = [];
  if (first === undefined) return firstAt === null ? [] : [nothing(firstAt, null)];
  if (first.after !== null)
    states.push(nothing(firstAt !== null && firstAt < first.after ? firstAt : first.after, null));
  for (const [index, each] of seen.entries()) {
    states.push({ same: each.same, value: each.value ?? each.digest, from: each.from, after: each.after });
    const next = seen[index + 1];
    if (each.to !== null && (next === undefined || next.from > each.to)) {
      states.push(nothing(each.to, each.seenUntil ?? each.from));
    }
  }
  return states;
}

function nothing(from: Date, after: Date | null): State {
  return { same: null, value: null, from, after };
}
