import type { Carried } from './change.ts';

/** What a deploy's neighbours in its environment say about it. Computed from them, so it can be computed again. */
export interface Relation {
  /** The deploy that was live before it: the last successful one of its service in its environment. */
  readonly previousId: string;
  readonly from: string | null;
  readonly previousCommit: string | null;
  /** The environment had this version before, and another one in between. */
  readonly rollback: boolean;
  /** Null until the history has been read. */
  readonly carried: Carried | null;
  /** Why the history could not be read, in words for people. */
  readonly unknown?: string;
}
