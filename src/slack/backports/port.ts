import type { BackportRule } from '../../domain/backports/backport.ts';
import type { Decision } from '../../domain/backports/decision.ts';
import type { BackportPull } from '../../domain/backports/pull.ts';
import type { NagView } from '../../domain/nags/nag.ts';

export interface BackportsAsked {
  /** Slack id of who wants to see theirs; null: everybody's. */
  readonly mine: string | null;
  readonly service: string | null;
  /** Services that whoever asks may not see, lower-case. */
  readonly hidden: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

export interface BackportPage {
  /** Oldest first; what waits for somebody before what waits for a deploy or has been waived. */
  readonly views: readonly NagView[];
  readonly total: number;
  /** Of everybody, in every service. */
  readonly everywhere: number;
  /** Where it is not known at present what is missing, as sentences. */
  readonly unknown: readonly string[];
}

export interface By {
  /** Slack id. */
  readonly id: string;
  readonly name: string;
}

/** `said`: what became of it, as a sentence. */
export type Decided =
  | { readonly outcome: 'done'; readonly said: string }
  | { readonly outcome: 'refused'; readonly why: string }
  | { readonly outcome: 'unknown' };

/** `exists`: somebody has opened it, or is about to. */
export type Opened =
  | { readonly outcome: 'asked' | 'exists'; readonly pull: BackportPull | null }
  | { readonly outcome: 'refused'; readonly why: string }
  | { readonly outcome: 'unknown' };

/** How often people did not want to hear of what a rule found, over the last 90 days. */
export interface RuleRate {
  readonly rule: BackportRule;
  readonly told: number;
  readonly useless: number;
  /** What it finds is listed only. */
  readonly demoted: boolean;
}

/** What Slack's part of backports works with. */
export interface BackportPort {
  readonly list: (asked: BackportsAsked) => Promise<BackportPage>;
  /** Null: there is none of that number. */
  readonly get: (id: string) => Promise<NagView | null>;
  readonly decide: (id: string, decision: Decision, by: By) => Promise<Decided>;
  readonly openPull: (id: string, by: By) => Promise<Opened>;
  readonly rates: () => Promise<readonly RuleRate[]>;
  /** Its message says so within seconds. */
  readonly follow: (id: string) => Promise<void>;
}
