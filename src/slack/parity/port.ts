import type { Viewer } from '../../domain/viewer.ts';
import type { Difference, Pair, ParityReport } from '../../domain/comparison/difference.ts';
import type { ServiceStandings } from '../../parity/service-standing.ts';

/** A difference, or several by a pattern, that somebody says is meant. */
export interface AcceptanceWish {
  readonly pair: Pair;
  /** Null: of any service. */
  readonly service: string | null;
  readonly facet: string;
  /** Glob. */
  readonly key: string;
  readonly reason: string;
  readonly impact: string;
  readonly owner: string | null;
  /** The last day on which it holds, `YYYY-MM-DD` in UTC. */
  readonly expires: string;
  /** Slack id. */
  readonly by: string;
  readonly highRisk: boolean;
}

export interface Acceptance extends Omit<AcceptanceWish, 'by' | 'expires' | 'highRisk'> {
  readonly id: string;
  readonly expires: string | null;
  readonly acceptedBy: string;
  readonly acceptedAt: Date;
  readonly confirmedBy: string | null;
  /** It holds once somebody else has confirmed it. */
  readonly needsSecond: boolean;
}

export type Accepted =
  | { readonly outcome: 'accepted'; readonly acceptance: Acceptance }
  | { readonly outcome: 'refused'; readonly why: string };

export type Confirmed =
  | { readonly outcome: 'confirmed'; readonly acceptance: Acceptance }
  /** Who accepted it cannot confirm it. */
  | { readonly outcome: 'same-person'; readonly acceptance: Acceptance }
  | { readonly outcome: 'already'; readonly acceptance: Acceptance }
  | { readonly outcome: 'gone' };

/** Somebody says that this change is why. */
export interface Explanation {
  readonly pair: Pair;
  readonly differences: readonly Difference[];
  readonly changeId: string;
  readonly note: string;
  /** Slack id. */
  readonly by: string;
}

/** What Slack's part of parity works with. */
export interface ParityPort {
  /** The usual one first. */
  readonly pairs: readonly [Pair, ...Pair[]];
  readonly compare: (asked: {
    readonly pair: Pair;
    readonly service: string | null;
    readonly at: Date;
    readonly viewer: Viewer;
  }) => Promise<ParityReport>;
  readonly accept: (wish: AcceptanceWish, now: Date) => Promise<Accepted>;
  /** What they may not see is `gone`. */
  readonly confirm: (
    id: string,
    by: { readonly slackId: string; readonly viewer: Viewer },
    now: Date,
  ) => Promise<Confirmed>;
  /** Those that hold only when somebody else has confirmed them, the oldest first. */
  readonly waiting: (limit: number, now: Date) => Promise<readonly Acceptance[]>;
  /** How these services stood at the last comparison of the usual pair. */
  readonly standings: (services: readonly string[]) => Promise<ServiceStandings>;
  readonly explain: (explanation: Explanation, now: Date) => Promise<'explained' | 'gone'>;
  /** Whether it takes two to accept it. */
  readonly isHighRisk: (difference: Difference, key: string) => boolean;
  /** Who wrote each of these last, by its id, as far as anybody knows. */
  readonly lastWriters: (differences: readonly Difference[], pair: Pair) => Promise<ReadonlyMap<string, string>>;
  /** Where people of these services are told; null: nobody said. */
  readonly channelOf: (place: { readonly services: readonly string[]; readonly reference: string }) => string | null;
}
