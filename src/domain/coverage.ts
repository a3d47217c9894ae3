/**
 * Whether a source could be looked at. `fresh`: it reported as it usually does. `silent`: it has been quiet for much
 * longer than it ever is, so changes may be missing. `never`: it is set up and has not sent anything yet. `closed`: its
 * secret is missing, so nothing that it sends now is accepted.
 */
export type CoverageState = 'fresh' | 'silent' | 'never' | 'closed';

export interface SourceCoverage {
  /** `github`. */
  readonly source: string;
  /** For people: `GitHub`. */
  readonly title: string;
  readonly state: CoverageState;
  readonly newest: Date | null;
  /** Usual time between deliveries, the median of the newest ones, in milliseconds. */
  readonly usualGap: number | null;
  /** Deliveries that verified but could not be read, and wait for a replay. */
  readonly failed: number;
}

const hour = 3_600_000;
/** Quiet for less than this is never called silence: nights and lunch breaks are quiet. */
const alwaysFine = hour;
/** Silence is this many times the longest quiet spell among the newest deliveries. */
const beyondLongest = 2;
/** Fewer gaps than this say nothing about what is usual. */
const enough = 10;

/** `received`: when the newest deliveries of the source came, newest first. */
export function coverageOf(
  source: { readonly name: string; readonly title: string; readonly open: boolean },
  received: readonly Date[],
  failed: number,
  now: Date,
): SourceCoverage {
  const newest = received[0] ?? null;
  const gaps = received.slice(1).map((date, index) => (received[index]?.getTime() ?? 0) - date.getTime());
  const usualGap = gaps.length < enough ? null : median(gaps);
  const quiet = newest === null ? 0 : now.getTime() - newest.getTime();
  const silent = usualGap !== null && quiet > Math.max(alwaysFine, beyondLongest * Math.max(...gaps));
  const state: CoverageState = !source.open ? 'closed' : newest === null ? 'never' : silent ? 'silent' : 'fresh';
  return { source: source.name, title: source.title, state, newest, usualGap, failed };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
