import type { BackportPull } from '../../domain/backport-pull.ts';
import type { BackportDependencies } from '../place.ts';

/** Whoever asks: a Slack member, or the name of a token. */
export interface Asker {
  readonly id: string;
  readonly name: string;
}

export type PullAsked =
  /** It is being made, or made anew after it could not be or was closed. */
  | { readonly outcome: 'asked'; readonly pull: BackportPull }
  /** There is one, by us or by a person, or it is being made already. */
  | { readonly outcome: 'exists'; readonly pull: BackportPull }
  /** Nothing was begun. `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

export type OpenPull = (deps: BackportDependencies, backportId: string, by: Asker) => Promise<PullAsked>;
