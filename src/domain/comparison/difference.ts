import type { Facet } from '../facts/fact.ts';
import type { Kind } from '../change.ts';

export const parityVerdicts = [
  'forbidden-equality',
  'unexplained',
  'reference-only',
  'pending-promotion',
  'explained',
  'intended',
  'unknown',
] as const;
export type ParityVerdict = (typeof parityVerdicts)[number];

/** A pair of environments: the mirror is kept like the reference. */
export interface Pair {
  readonly reference: string;
  readonly mirror: string;
}

/** What one environment has of a fact. */
export interface Side {
  /** As it is shown; null for a secret. */
  readonly value: string | null;
  readonly secret: boolean;
  /** When it became so at the latest, and when something else was still seen. `after` null: nobody knows since when. */
  readonly since: Date;
  readonly after: Date | null;
  readonly collector: string;
}

/** The change that makes a difference what it is. */
export interface Cause {
  readonly changeId: string;
  readonly kind: Kind;
  readonly title: string;
  readonly at: Date;
  readonly url: string | null;
  /** `certain`: it says the very value. `likely`: it names the key, or the file or artefact that holds it. */
  readonly confidence: 'certain' | 'likely';
  /** One sentence: what ties the change to the fact. */
  readonly why: string;
}

/** A rule of the settings, or one that people accepted in Slack. */
export interface IntendedRule {
  /** `settings:3` or `accepted:17`. */
  readonly id: string;
  /** Null: any. */
  readonly service: string | null;
  readonly facet: string;
  /** Glob. */
  readonly key: string;
  /** Null: any difference is meant. */
  readonly must: Must | null;
  readonly reason: string;
  readonly impact: string | null;
  readonly owner: string | null;
  /** The last day on which it holds, `YYYY-MM-DD` in UTC; null: for ever. */
  readonly expires: string | null;
  /** Null: all pairs. */
  readonly pair: Pair | null;
}

/** `at-least`, `at-most`: the mirror's number, of the reference's times the ratio. */
export type Must =
  | { readonly is: 'differ' }
  | { readonly is: 'equal' }
  | { readonly is: 'at-least' | 'at-most'; readonly ratio: number };

/** A fact that is not equal in two environments (or is and must not be), with what to make of it. */
export interface Difference {
  /** The same as long as it is the same difference: of the pair and the place, not of the values. */
  readonly id: string;
  readonly service: string | null;
  readonly facet: Facet;
  readonly key: string;
  readonly verdict: ParityVerdict;
  /** Null: the environment has no such fact. */
  readonly reference: Side | null;
  readonly mirror: Side | null;
  /** When the two began to differ at the latest; null: they never were seen equal. */
  readonly since: Date | null;
  readonly cause: Cause | null;
  readonly rule: IntendedRule | null;
  /** One sentence that says why the verdict is what it is. */
  readonly why: string;
  /** Differences of one cause have one group. */
  readonly group: string;
  /** Which environments changed to make the difference; null: they never were seen alike. */
  readonly moved: 'mirror' | 'reference' | 'both' | null;
}

export interface CollectorState {
  readonly environment: string;
  readonly collector: string;
  readonly takenAt: Date;
  readonly complete: boolean;
  readonly notSeen: readonly string[];
  /** It has been silent for longer than it usually is. */
  readonly stale: boolean;
  readonly facts: number;
}

export interface Score {
  /** 0 to 100, with one decimal; null: nothing can be compared. */
  readonly score: number | null;
  /** 0 to 100, with one decimal: how much of what is known of either side could be compared. */
  readonly coverage: number;
  /** What cost the score most, at most five, as differences' ids with the points that each took. */
  readonly moved: readonly { readonly id: string; readonly points: number }[];
}

/** How alike two environments are: what every surface renders. */
export interface ParityReport {
  readonly pair: Pair;
  readonly at: Date;
  /** Null: all services. */
  readonly service: string | null;
  readonly score: Score;
  /** Facts of either side that were compared or could not be. */
  readonly facts: number;
  readonly equal: number;
  readonly counts: Readonly<Record<ParityVerdict, number>>;
  /** In the order in which they should be read: alarms, then unexplained, then the rest. */
  readonly differences: readonly Difference[];
  readonly collectors: readonly CollectorState[];
  /** Rules with how many facts each matched; 0: it does nothing. */
  readonly rules: readonly { readonly rule: IntendedRule; readonly matched: number; readonly expired: boolean }[];
  /** Differences that are not shown to whoever asks. */
  readonly restricted?: number;
  /** When the mirror's data were refreshed last; null: nobody said. */
  readonly dataRefreshedAt: Date | null;
}
