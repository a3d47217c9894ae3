import type { Facet } from '../facts/fact.ts';
import { type Difference, type ParityVerdict, type Score, parityVerdicts } from './difference.ts';
import { facetWeights, isFine } from './weights.ts';

export interface Counted {
  readonly differences: readonly Pick<Difference, 'id' | 'facet' | 'verdict'>[];
  /** Facts that are equal, and those that could not be compared besides the differences that are listed, by facet. */
  readonly equal: ReadonlyMap<Facet, number>;
  readonly unsure: ReadonlyMap<Facet, number>;
  /**
   * What cannot be compared now, or is known to nobody any more, and was not fine when it could be last: it goes on to count, so
   * that nothing is won by looking away.
   */
  readonly kept: readonly { readonly id: string; readonly facet: Facet }[];
}

const mostMoved = 5;

export function scoreOf({ differences, equal, unsure, kept }: Counted): Score {
  const listed = differences.filter(({ verdict }) => verdict !== 'unknown');
  const bad = [...listed.filter((each) => !fine(each.verdict)), ...kept];
  const weighed = sum(equal, (facet) => facetWeights[facet]) + total(listed) + total(kept);
  const lost = total(bad);
  const comparable = sum(equal, () => 1) + listed.length;
  const gone = kept.filter(({ id }) => !differences.some((each) => each.id === id)).length;
  const known = comparable + sum(unsure, () => 1) + (differences.length - listed.length) + gone;
  return {
    score: weighed === 0 ? null : tenths((100 * (weighed - lost)) / weighed),
    coverage: known === 0 ? 0 : tenths((100 * comparable) / known),
    moved: bad
      .map((each, order) => ({ ...each, order }))
      .toSorted((a, b) => facetWeights[b.facet] - facetWeights[a.facet] || a.order - b.order)
      .slice(0, mostMoved)
      .map(({ id, facet }) => ({ id, points: hundredths((100 * facetWeights[facet]) / weighed) })),
  };
}

export function countVerdicts(differences: readonly Pick<Difference, 'verdict'>[]): Record<ParityVerdict, number> {
  const counts = Object.fromEntries(parityVerdicts.map((verdict) => [verdict, 0])) as Record<ParityVerdict, number>;
  for (const { verdict } of differences) counts[verdict] += 1;
  return counts;
}

export function fine(verdict: ParityVerdict): boolean {
  return verdict !== 'unknown' && isFine[verdict];
}

function total(places: readonly { readonly facet: Facet }[]): number {
  return places.reduce((all, { facet }) => all + facetWeights[facet], 0);
}

function sum(counts: ReadonlyMap<Facet, number>, weight: (facet: Facet) => number): number {
  return [...counts].reduce((all, [facet, count]) => all + count * weight(facet), 0);
}

/** Never rounded up to all: what is not whole is not called so. */
function tenths(percent: number): number {
  const rounded = Math.round(percent * 10) / 10;
  return rounded === 100 && percent < 100 ? 99.9 : rounded;
}

function hundredths(points: number): number {
  return Math.round(points * 100) / 100;
}
