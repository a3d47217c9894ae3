import { valueWords } from '../parity/words.ts';
import type { Difference, Pair } from '../comparison/difference.ts';
import type { DifferenceGroup } from '../parity/groups.ts';

export function isSamePair(one: Pair, other: Pair): boolean {
  return one.reference === other.reference && one.mirror === other.mirror;
}

/** `30s in production, 5s in staging`; of what must differ: `30s in both`. */
export function valuesWords({ reference, mirror, verdict }: Difference, pair: Pair): string {
  if (verdict === 'forbidden-equality') {
    const shown = valueWords(reference ?? mirror);
    return shown === 'a secret' ? 'the same secret in both' : `${shown} in both`;
  }
  return hasValues({ reference, mirror })
    ? `${valueWords(reference)} in ${pair.reference}, ${valueWords(mirror)} in ${pair.mirror}`
    : 'another secret in each';
}

function hasValues({ reference, mirror }: Pick<Difference, 'reference' | 'mirror'>): boolean {
  return !(reference?.secret === true && mirror?.secret === true);
}

/** `staging against production` where there are several pairs and nothing else that is told of it names its own. */
export function pairWords({ verdict, differences }: DifferenceGroup, pair: Pair, pairs: number): string {
  const [first, ...more] = differences;
  const isNamed = more.length === 0 && verdict !== 'forbidden-equality' && hasValues(first);
  return pairs < 2 || isNamed ? '' : `${pair.mirror} against ${pair.reference}`;
}
