/** Where a pull request that brings a backport home stands. `wanted`: somebody asked for it, and it is being made. */
export type BackportPullState =
  | 'wanted'
  | 'failed'
  | 'draft'
  | 'review-wanted'
  | 'changes-requested'
  | 'approved'
  | 'merged'
  | 'closed';

export interface BackportPull {
  readonly number: number | null;
  readonly url: string | null;
  readonly branch: string;
  readonly base: string;
  readonly state: BackportPullState;
  /** As the git host calls them. */
  readonly author: string | null;
  readonly reviewers: readonly string[];
  /** Whose approval stands. */
  readonly approvers: readonly string[];
  /** Of those who may be asked to, whom the git host lets merge it. Empty as well where it did not say. */
  readonly mergers: readonly string[];
  readonly openedByUs: boolean;
  /** Who asked us for it, as people call them; null: nobody did. */
  readonly wantedBy: string | null;
  /** Why it could not be made, or what stands in its way, as a sentence. */
  readonly problem: string | null;
  readonly updatedAt: Date;
}

/** What would become of picking a fix onto the mirror's branch (`base`: its name) as that was then. */
export type BackportPick =
  | { readonly outcome: 'clean'; readonly base: string; readonly at: Date }
  | {
      readonly outcome: 'conflicts';
      readonly base: string;
      readonly files: readonly string[];
      /** What the mirror's branch lacks and these files were changed by before the fix. Oldest first. */
      readonly missing: readonly { readonly commit: string; readonly title: string }[];
      readonly at: Date;
    }
  | { readonly outcome: 'unknown'; readonly why: string; readonly at: Date };
