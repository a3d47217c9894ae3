/** Between which values the true one lies with the given confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Of fewer samples nothing is said but what they are. */
export const fewest = 5;

const usual = 0.95;
/** The 97.5th percentile of the normal distribution. */
const z = 1.959964;

/** Half of the values are below, half above. Null of nothing. */
export function medianOf(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Of the median, between two of the values themselves, whatever they are distributed like: the narrowest pair that is as
 * far from each end and holds it with 95 % confidence. Five values cannot give more than 94 %, and say so.
 */
export function medianInterval(sorted: readonly number[]): Interval | null {
  const count = sorted.length;
  if (count < fewest) return null;
  let outside = 0.5 ** count;
  if (outside === 0) return largeMedianInterval(sorted);
  let term = outside;
  let rank = 0;
  // The median lies outside when no more than `rank` of the values are on one side of it: binomial with one half.
  for (let next = 1; next < count / 2; next++) {
    term *= (count - next + 1) / next;
    if (2 * (outside + term) > 1 - usual) break;
    outside += term;
    rank = next;
  }
  return between(sorted, rank, 1 - 2 * outside);
}

/** The same by the normal distribution, where the binomial is too small for numbers. */
function largeMedianInterval(sorted: readonly number[]): Interval | null {
  const rank = Math.floor(sorted.length / 2 - (z * Math.sqrt(sorted.length)) / 2) - 1;
  return between(sorted, rank, usual);
}

function between(sorted: readonly number[], rank: number, confidence: number): Interval | null {
  const [low, high] = [sorted[rank], sorted[sorted.length - 1 - rank]];
  return low === undefined || high === undefined ? null : { low, high, confidence };
}

/** Of how often something happens, as if each time stood for itself: Byar's approximation of the exact interval. */
export function countInterval(count: number): Interval | null {
  if (count < fewest) return null;
  const bound = (of: number, sign: 1 | -1) => of * (1 - 1 / (9 * of) + (sign * z) / (3 * Math.sqrt(of))) ** 3;
  return { low: bound(count, -1), high: bound(count + 1, 1), confidence: usual };
}
