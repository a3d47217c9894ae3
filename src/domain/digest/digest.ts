import type { Pair } from '../comparison/difference.ts';

/** What one channel is told of one week: kept as it is, so that it is the same whoever shows it. Moments are ISO 8601. */
export interface Digest {
  readonly at: string;
  readonly dueAt: string;
  /** It was due while nobody was there to tell it. */
  readonly late: boolean;
  /** Null: it is about all of them. */
  readonly services: readonly string[] | null;
  readonly head: DigestHead;
  /** Of the other pairs. */
  readonly others: readonly DigestHead[];
  /** At most three. */
  readonly worst: readonly WorstThing[];
  /** How many such things there are. */
  readonly todo: number;
  /** Those of the rest that are not a week old, by name. Absent in one that was composed before they were told. */
  readonly fresh?: { readonly titles: readonly string[]; readonly inAll: number };
  readonly better: readonly BetterThing[];
  readonly betterInAll: number;
  readonly chart: DigestChart;
  readonly details: DigestDetails;
  readonly measures: string | null;
  /** Absent in one that was composed before there was any. */
  readonly risks?: string | null;
}

export interface DigestHead {
  readonly pair: Pair;
  /** Null: nothing can be compared, or it is not known of these services alone. */
  readonly score: number | null;
  readonly coverage: number | null;
  readonly unexplained: number;
  readonly backports: number;
  /** A week ago; null: nobody knows. */
  readonly before: {
    readonly score: number | null;
    readonly unexplained: number | null;
    readonly backports: number | null;
  };
}

/** What somebody should do about one thing. */
export type DigestAct =
  | { readonly do: 'explain' | 'accept'; readonly pair: Pair; readonly group: string }
  | { readonly do: 'open-pull'; readonly backportId: string }
  /** What is under way there. */
  | { readonly do: 'follow'; readonly label: string; readonly url: string }
  /** In words, where no button can do it. */
  | { readonly do: 'say'; readonly words: string };

export const worstKinds = [
  'forbidden-equality',
  'backport',
  'unexplained',
  'silent-collector',
  'reference-only',
  'expiring',
  'old-data',
] as const;
export type WorstKind = (typeof worstKinds)[number];

export interface WorstThing {
  readonly kind: WorstKind;
  /** What it is called, from outside. */
  readonly title: string;
  /** What is wrong with it, as the rest of that sentence. */
  readonly says: string;
  readonly owner: string | null;
  readonly act: DigestAct;
}

export interface BetterThing {
  readonly title: string;
  readonly says: string;
  readonly who: string | null;
}

/** One point for each week, oldest first. */
export interface DigestChart {
  /** `Nov 23`. */
  readonly labels: readonly string[];
  /** Null: not known; a week of which it is not known has none. */
  readonly scores: readonly (number | null)[] | null;
  readonly backports: readonly number[];
}

/** What runs where of one pair of environments. */
export interface PairServices {
  readonly pair: Pair;
  readonly services: readonly ServiceLine[];
  readonly servicesInAll: number;
}

export interface DigestDetails {
  /** Of the usual pair. */
  readonly services: readonly ServiceLine[];
  readonly servicesInAll: number;
  /** Of the other pairs, without those of which nothing is known. Absent in one that was composed before they were told. */
  readonly others?: readonly PairServices[];
  /** How many more pairs there are than the thread has tables for. */
  readonly morePairs?: number;
  readonly drifts: readonly DriftLine[];
  readonly driftsInAll: number;
  readonly backports: readonly BackportLine[];
  readonly backportsInAll: number;
  readonly expiring: readonly RuleLine[];
  readonly idle: readonly RuleLine[];
  readonly idleInAll: number;
  readonly intended: number;
  readonly silent: readonly SilentLine[];
  readonly data: readonly { readonly environment: string; readonly days: number | null }[];
}

export interface ServiceLine {
  readonly service: string;
  readonly reference: string | null;
  readonly mirror: string | null;
  /** How the two are: in words. */
  readonly state: string;
  readonly unexplained: number;
  readonly backports: number;
}

export interface DriftLine {
  readonly title: string;
  readonly place: string;
  readonly sides: string;
  readonly age: string;
  readonly owner: string | null;
}

export interface BackportLine {
  readonly title: string;
  readonly service: string | null;
  /** Where it is missing; absent where that is the usual mirror. */
  readonly mirror?: string;
  readonly days: number;
  readonly state: string;
  readonly owner: string | null;
  readonly url: string | null;
}

export interface RuleLine {
  /** `env DATABASE_URL in checkout`. */
  readonly what: string;
  readonly reason: string;
  readonly owner: string | null;
  /** `2026-12-01`. */
  readonly expires: string | null;
  /** Whole days until it holds no more. */
  readonly days: number | null;
}

export interface SilentLine {
  readonly environment: string;
  readonly collector: string;
  readonly days: number;
}

export type Composed =
  | { readonly outcome: 'say'; readonly digest: Digest }
  /** Nothing changed, and there is nothing to do. */
  | { readonly outcome: 'quiet'; readonly digest: Digest; readonly why: string };
