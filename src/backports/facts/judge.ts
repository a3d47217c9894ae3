import type { Difference } from '../../domain/comparison/difference.ts';
import type { FactNow } from '../../domain/backports/fact-backport.ts';
import type { FactValues } from './values.ts';

export interface TrackedValues {
  /** What the reference had when it was looked at last, and what the mirror had when it was opened. Null: nothing. */
  readonly wanted: string | null;
  readonly former: string | null;
}

/** What a fact is now, by what both environments have of it and what the comparison makes of that. */
export function judgeFact(
  { wanted, former }: TrackedValues,
  { reference, mirror }: FactValues,
  { difference, ignored }: { readonly difference: Difference | undefined; readonly ignored: boolean },
): FactNow {
  if (ignored) return { is: 'meant', why: 'the settings ignore it' };
  const verdict = difference?.verdict ?? null;
  if (difference !== undefined && (verdict === 'intended' || verdict === 'forbidden-equality')) {
    return { is: 'meant', why: `the difference is meant: ${difference.rule?.reason ?? difference.why}` };
  }
  if (verdict === 'unknown' || !reference.known || !mirror.known) return { is: 'unknown' };
  if (verdict !== null) {
    const lost = reference.same === wanted && (mirror.same === former || verdict === 'unexplained');
    return { is: 'different', lost };
  }
  // What neither has proves something only where it was seen to go.
  const isSame = reference.same === mirror.same && (reference.same !== null || reference.proof !== null);
  if (!isSame) return { is: 'unknown' };
  if (mirror.same === former) return { is: 'back' };
  return mirror.proof === null ? { is: 'unknown' } : { is: 'equal', proof: mirror.proof };
}
