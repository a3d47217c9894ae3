import type { Kind } from '../../src/domain/change.ts';
import { type Random, between, chance, logNormal } from './random.ts';

const minute = 60_000;
const hour = 60 * minute;

export type CauseKind = Extract<
  Kind,
  'deploy' | 'config' | 'flag' | 'migration' | 'infrastructure' | 'drift' | 'maintenance'
>;

/** Minutes from the effect to the first harm: median and sigma of a log-normal, and the share that lies dormant. */
interface Delay {
  readonly median: number;
  readonly sigma: number;
  readonly dormant: number;
}

/**
 * Assumed; no publication gives these by kind. What is known: such times are positively skewed with a long right tail
 * (the VOID report 2021 of thousands of incidents), and reverts on two large open-source projects come 5 and 19 hours
 * (median) after what they revert, which includes the time to find out and to decide. So the median is minutes, a
 * factor of four to six is within one sigma, and some lie dormant until a cache runs out, a nightly job runs or the
 * daily peak comes. A flag or a setting acts at once; code waits for the request that takes the new path; a migration
 * locks at once or wears the database down; what is under everything (infrastructure, drift) shows last.
 */
const delays: Readonly<Record<Exclude<CauseKind, 'migration'>, Delay>> = {
  deploy: { median: 9, sigma: 1.4, dormant: 0.08 },
  config: { median: 6, sigma: 1.5, dormant: 0.09 },
  flag: { median: 5, sigma: 1.5, dormant: 0.06 },
  infrastructure: { median: 15, sigma: 1.8, dormant: 0.1 },
  drift: { median: 30, sigma: 1.8, dormant: 0.1 },
  maintenance: { median: 10, sigma: 1.5, dormant: 0.05 },
};

const locks: Delay = { median: 2, sigma: 1, dormant: 0 };
const wears: Delay = { median: 90, sigma: 1.2, dormant: 0.1 };

/** From the moment that a change takes effect to the first harm. In milliseconds. */
export function delayOf(random: Random, kind: CauseKind): number {
  const { median, sigma, dormant } = kind === 'migration' ? (chance(random, 0.6) ? locks : wears) : delays[kind];
  if (chance(random, dormant)) return between(random, 2 * hour, 20 * hour);
  return logNormal(random, median * minute, sigma);
}

/** How the time that an incident is said to have begun comes about; all else is an alert's. */
export const reportings = {
  alert: 0.88,
  /** A person noticed, and nobody looked up since when. */
  late: 0.08,
  /** A person guessed from memory, or two clocks differ. */
  early: 0.04,
} as const;
export type Reporting = keyof typeof reportings;

/** From the first harm to the time that the incident is said to have begun. Negative: before it. In milliseconds. */
export function reportedAfter(random: Random, reporting: Reporting): number {
  if (reporting === 'late') return between(random, 15 * minute, 90 * minute);
  if (reporting === 'early') return -between(random, minute, 5 * minute);
  // Alerts wait for the trouble to last: `for: 5m` is what rules are usually written with.
  return logNormal(random, 5 * minute, 0.9);
}
