import type { PullOpening } from '../../domain/by-hand.ts';
import type { BackportDependencies } from '../place.ts';
import type { PullHost } from './host.ts';

export interface PullDependencies extends BackportDependencies {
  /** Where pull requests are opened, or why none are, as a sentence. */
  readonly host:
    | { readonly outcome: 'host'; readonly host: PullHost }
    | { readonly outcome: 'none'; readonly why: string; readonly opening: Exclude<PullOpening, 'ours'> };
  /** What may push to a repository where the token that reads it is not the one. Null: that token, or none is needed. */
  readonly pushToken: ((repository: string) => Promise<string>) | null;
  /** Where people find us. */
  readonly publicUrl: string | null;
}
