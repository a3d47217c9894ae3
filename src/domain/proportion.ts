/** How often something was so, with the interval in which the true share lies with 95 % confidence. */
export interface Proportion {
  readonly count: number;
  readonly of: number;
  /** Null of nothing, as are the bounds. */
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The 97.5th percentile of the normal distribution. */
const z = 1.959964;

/** By Wilson's score, which holds for few cases and for shares near 0 and 1 (Brown, Cai and DasGupta 2001). */
export function proportion(count: number, of: number): Proportion {
  if (of === 0) return { count, of, share: null, low: null, high: null };
  const share = count / of;
  const weight = 1 + z ** 2 / of;
  const middle = (share + z ** 2 / (2 * of)) / weight;
  const half = (z / weight) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  return { count, of, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
