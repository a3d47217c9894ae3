/** Why somebody did not want to hear of a backport. */
export const uselessCauses = ['already-done', 'not-a-hotfix', 'wrong-owner', 'not-relevant'] as const;
export type UselessCause = (typeof uselessCauses)[number];

/** What a person may say about a backport. None of it closes one: only evidence does, or the end of a waiver opens it. */
export type Decision =
  /** It is this commit: looked at next to what else says so. */
  | { readonly kind: 'propose'; readonly commit: string }
  /**
   * Whether the commit that resembles it, or that somebody proposed, is it. `commit`: the one that was shown to whoever
   * answers: nothing is kept when another is asked about meanwhile.
   */
  | { readonly kind: 'answer'; readonly yes: boolean; readonly commit?: string }
  /** `release`: until the reference's next deploy. */
  | { readonly kind: 'snooze'; readonly until: Date | 'release'; readonly reason: string | null }
  /** Ends a snooze, and a waiver. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'waive'; readonly reason: string; readonly until: Date }
  /** A second person says so of a waiver too. */
  | { readonly kind: 'second' }
  | { readonly kind: 'useless'; readonly cause: UselessCause }
  /** Somebody else looks after it: as the git host calls them, or a Slack member id. */
  | { readonly kind: 'hand-over'; readonly to: string };

/** As it is kept. */
export interface KeptDecision {
  readonly kind:
    | 'proposed'
    | 'confirmed'
    | 'denied'
    | 'snoozed'
    | 'woken'
    | 'waived'
    | 'seconded'
    | 'useless'
    | 'handed-over';
  /** A Slack member id, or the name of a token. */
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
  /** Of `snoozed`, null: until the reference's next deploy. */
  readonly until: Date | null;
  readonly commit: string | null;
  readonly cause: UselessCause | null;
  readonly to: string | null;
}
