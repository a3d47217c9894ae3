import { type Difference, parityVerdicts } from './difference.ts';
import { facetWeights } from './weights.ts';

const place = new Map(parityVerdicts.map((verdict, index) => [verdict, index]));

/** In the order in which they should be read: alarms, unexplained, the rest; of each the weightiest first, then the newest. */
export function inOrder<Kept extends Pick<Difference, 'verdict' | 'facet' | 'since' | 'service' | 'key'>>(
  differences: readonly Kept[],
): readonly Kept[] {
  return differences.toSorted(
    (a, b) =>
      (place.get(a.verdict) ?? 0) - (place.get(b.verdict) ?? 0) ||
      facetWeights[b.facet] - facetWeights[a.facet] ||
      (b.since?.getTime() ?? 0) - (a.since?.getTime() ?? 0) ||
      compared(a.service ?? '', b.service ?? '') ||
      compared(a.key, b.key),
  );
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
