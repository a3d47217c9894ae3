import type { Difference, Pair } from '../comparison/difference.ts';
import { differSince } from '../parity/words.ts';
import type { DigestFacts } from './facts.ts';
import { isSamePair } from './pairs.ts';

/**
 * Whether all that the reference's version has is in the mirror, in another form: what came home after they had begun to
 * differ, and no backport of the service is open. By their histories the versions differ until the next release.
 */
export function isSettled(
  { facet, verdict, service, ...difference }: Difference,
  pair: Pair,
  { settled, backports }: Pick<DigestFacts, 'settled' | 'backports'>,
): boolean {
  if (facet !== 'version' || verdict !== 'reference-only' || service === null) return false;
  if (backports.some(({ backport }) => backport.service === service && isSamePair(backport, pair))) return false;
  const since = differSince({ facet, verdict, service, ...difference });
  const home = settled.find((each) => each.service === service && isSamePair(each.pair, pair));
  return home !== undefined && since !== null && home.at >= since;
}
