import type { Actor, Commit, PullRequest, Review } from './event.ts';
import type { Identity } from './identity.ts';
import type { Risk } from './risk.ts';
import type { UsedNarrowing } from './schema-narrowing.ts';

export const kinds = [
  'deploy',
  'rollback',
  'merge',
  'config',
  'flag',
  'infrastructure',
  'migration',
  'drift',
  'maintenance',
  'note',
] as const;
export type Kind = (typeof kinds)[number];

export const statuses = ['started', 'succeeded', 'failed', 'cancelled'] as const;
export type Status = (typeof statuses)[number];

export interface CarriedPullRequest extends PullRequest {
  /** Of its merge, as known when the answer was made. */
  readonly risks?: readonly Risk[];
}

/** What a deploy brought: everything between the version before it and its own. */
export interface Carried {
  /** How it is known: the history itself, or the pushes that lead from one commit to the other. */
  readonly by: 'git' | 'api' | 'pushes';
  /** Newest first; at most 250. */
  readonly commits: readonly Commit[];
  readonly pullRequests: readonly CarriedPullRequest[];
  /** Commits in all, also past the 250. */
  readonly total: number;
  /** A rollback takes commits away: these are the ones it removed. */
  readonly direction: 'forward' | 'backward';
  /** Commits that the version before had and this one has not: a forward deploy that loses some undoes them. */
  readonly lost: number;
  /** Of all of them, also past the 250: when the earliest was written, by its author's clock. Absent: not known. */
  readonly firstAuthoredAt?: string;
  /** What its migrations take away of the schema. Absent: nothing, as far as anybody could look. */
  readonly narrowings?: readonly UsedNarrowing[];
}

/** One real-world change, however many systems reported it. */
export interface Change {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  readonly environment: string | null;
  /** The one service it is about; null when it is about several or none known. */
  readonly service: string | null;
  readonly services: readonly string[];
  readonly repository: string | null;
  /** Null for a change without duration. */
  readonly status: Status | null;
  /** When it began (or happened), by the source's clock. */
  readonly occurredAt: Date;
  readonly finishedAt: Date | null;
  /** `received`: no source gave a time, so `occurredAt` is when we heard of it. */
  readonly clock: 'source' | 'received';
  readonly recordedAt: Date;
  readonly from: string | null;
  readonly to: string | null;
  readonly commit: string | null;
  readonly previousCommit: string | null;
  readonly branch: string | null;
  readonly actor: Actor | null;
  readonly url: string | null;
  readonly diffUrl: string | null;
  readonly runUrl: string | null;
  readonly reason: string | null;
  readonly commits: readonly Commit[];
  readonly pullRequest: PullRequest | null;
  readonly reviews: readonly Review[];
  readonly files: readonly string[];
  readonly carried: Carried | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly identities: readonly Identity[];
  readonly risks: readonly Risk[];
  /** Every system that reported it, in alphabetical order. */
  readonly sources: readonly string[];
  /** The same, told again and again: how often, and since when; `occurredAt` is the last time. */
  readonly repeated: { readonly count: number; readonly since: Date } | null;
}
