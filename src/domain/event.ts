import type { Identity } from './identity.ts';
import type { Kind } from './change.ts';

/** A person or machine as a source names it. At least one field is set. */
export interface Actor {
  readonly name?: string;
  readonly login?: string;
  readonly email?: string;
}

export interface Commit {
  /** 40 lower-case hex digits. */
  readonly sha: string;
  /** First line of the message. */
  readonly title: string;
  readonly author?: Actor;
  readonly url?: string;
}

export interface PullRequest {
  /** `<owner>/<name>`. */
  readonly repository: string;
  readonly number: number;
  readonly title?: string;
  readonly author?: Actor;
  readonly mergedBy?: Actor;
  /** The last commit that was pushed to it. 40 hex. */
  readonly head?: string;
  readonly url?: string;
}

export interface Review {
  readonly by: Actor;
  readonly verdict: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  readonly at: string;
  /** What was reviewed. 40 hex. */
  readonly commit?: string;
}

/** Where a pull request that speaks of a backport stands. */
export interface PullStanding {
  readonly state: 'open' | 'merged' | 'closed';
  readonly draft: boolean;
  /** What it is made from and to. */
  readonly branch: string;
  readonly base: string;
  /** Who is asked for a review now: logins, and teams as `<organisation>/<team>`. */
  readonly asked: readonly string[];
  /** What its title and body name. */
  readonly named: NamedFixes;
}

export interface NamedFixes {
  /** Hex digits, lower-case, 10 to 40 of them. */
  readonly commits: readonly string[];
  /** Numbers of the same repository. */
  readonly pulls: readonly number[];
}

/**
 * How far a statement says the change has come. `mentioned`: it speaks about the change (a review, a queued run) and
 * does not claim that it happened; a change only mentioned is not shown. `happened`: a change without duration.
 */
export type Phase = 'mentioned' | 'started' | 'succeeded' | 'failed' | 'cancelled' | 'happened';

/**
 * What one event says, in our words but with the source's names: environment and service stand as the source wrote
 * them, and become ours when events are folded into a change (so an alias added later works on history too).
 */
export interface Statement {
  /**
   * Equal for two statements exactly when they say the same, in however many deliveries:
   * `<source>:<type>:<object>:<state or time>`. At most 500 characters.
   */
  readonly key: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  /** When the change began, where a statement about its end says so too. ISO 8601, UTC. */
  readonly startedAt?: string;
  /** `received`: the source gave no time, so `occurredAt` is when we got it. */
  readonly clock: 'source' | 'received';
  readonly phase: Phase;
  /** Where two statements differ, the higher wins, then the later. 0 unless the source has a reason. */
  readonly authority?: number;

  readonly kind?: Kind;
  readonly title?: string;
  readonly environmentName?: string;
  readonly serviceName?: string;
  /** `<owner>/<name>`. */
  readonly repository?: string;
  /** Paths touched, by which a monorepo's services are told apart. At most 1,000. */
  readonly paths?: readonly string[];
  /** Version labels for people: a tag, a version, or a short commit. */
  readonly from?: string;
  readonly to?: string;
  /** The commit that `to` stands for. 40 hex. */
  readonly commit?: string;
  /** The commit that was there before. 40 hex. */
  readonly previousCommit?: string;
  readonly branch?: string;
  readonly actor?: Actor;
  readonly url?: string;
  readonly diffUrl?: string;
  /** Shows what lies between two commits of the repository, `{from}` and `{to}` in the address being their 40 hex. */
  readonly compareUrl?: string;
  readonly runUrl?: string;
  readonly reason?: string;
  readonly commits?: readonly Commit[];
  readonly pullRequest?: PullRequest;
  readonly reviews?: readonly Review[];
  readonly standing?: PullStanding;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Facts from which src/domain/change-rules conclude; a source states them, it does not judge. */
  readonly traits?: readonly Trait[];
}

/**
 * `hearsay`: somebody said so who is not the system that did it. `planned`: it is to come, if ever. `by-hand`: a person did
 * it in a console or on a command line.
 */
export type Trait = 'by-hand' | 'default-branch' | 'forced' | 'hearsay' | 'planned' | 'push' | 'web-flow';

/** A statement and the change that it is about. */
export interface TimelineEvent {
  readonly statement: Statement;
  /** Events that share one of these are about the same change. Never empty. */
  readonly identities: readonly Identity[];
  /** What the change has to do with (commits it contains, its run, its tag): for looking up, not for joining. */
  readonly mentions: readonly Identity[];
}
