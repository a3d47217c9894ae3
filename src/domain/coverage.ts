/**
 * Whether a source could be looked at. `fresh`: it reported as it usually does. `silent`: it has been quiet for much
 * longer than usual, so changes may be missing. `never`: it is set up and has not sent anything yet. `closed`: its
 * secret is missing, so nothing it sends is accepted.
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
