import type { PullCandidate } from '../../domain/backports/brings-home.ts';
import type { PullStanding, Review } from '../../domain/event.ts';

/** A pull request as its host tells it now. */
export interface HostPull extends PullCandidate {
  readonly url: string | null;
  readonly author: string | null;
  readonly standing: PullStanding;
  /** The newest commit of what it is made from. */
  readonly head: string;
}

export type Hosted<T> =
  | { readonly outcome: 'done'; readonly value: T }
  /** `why`: a sentence. `again`: it may be otherwise later. */
  | { readonly outcome: 'refused'; readonly why: string; readonly again: boolean };

export interface NewPull {
  readonly title: string;
  readonly body: string;
  readonly branch: string;
  readonly base: string;
}

/** Where pull requests are opened. Nothing here rejects. */
export interface PullHost {
  /** Those made from this branch, whatever became of them, and the latest 100 to that base. */
  readonly find: (
    repository: string,
    where: { readonly branch: string; readonly base: string },
  ) => Promise<Hosted<readonly HostPull[]>>;
  /** Null: there is one from that branch already. */
  readonly open: (repository: string, pull: NewPull) => Promise<Hosted<HostPull | null>>;
  /** Null: there is none of that number, or it is not for us to see. */
  readonly read: (
    repository: string,
    number: number,
  ) => Promise<Hosted<{ readonly pull: HostPull; readonly reviews: readonly Review[] } | null>>;
  /** Whether somebody has the right to merge there. Rules of the branch may still stand in the way. */
  readonly mayMerge: (repository: string, login: string) => Promise<Hosted<boolean>>;
}
