import type { Kind } from './change.ts';

/**
 * A point or span in time as asked for. `instant` and `span` are settled by the clock alone (the asker's time zone has
 * been applied); the others need the timeline, and src/timeline/anchors.ts settles them.
 */
export type When =
  | { readonly type: 'instant'; readonly at: Date; readonly words: string }
  | { readonly type: 'span'; readonly from: Date; readonly to: Date; readonly words: string }
  | { readonly type: 'last-deploy'; readonly good: boolean; readonly service: string | null }
  | { readonly type: 'version'; readonly version: string }
  | { readonly type: 'commit'; readonly sha: string }
  | { readonly type: 'pull-request'; readonly number: number; readonly repository: string | null }
  /** `prod~3`: when the environment entered the state it was in three changes ago. */
  | { readonly type: 'state'; readonly environment: string; readonly back: number }
  | { readonly type: 'incident'; readonly name: string };

export interface Question {
  /** Null: nothing was said about time. */
  readonly since: When | null;
  readonly until: When | null;
  /** Our name, aliases resolved; null when not asked. */
  readonly environment: string | null;
  readonly services: readonly string[];
  readonly kinds: readonly Kind[];
  /** `<@U123>`, a login or an e-mail address, as written. */
  readonly actor: string | null;
  readonly text: string | null;
  /** Ambiguities in the text and how they were decided. */
  readonly notes: readonly string[];
}

export type Understood =
  | { readonly outcome: 'question'; readonly question: Question }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'catchup' }
  /** `examples` are complete questions in the same grammar, likeliest first. */
  | {
      readonly outcome: 'not-understood';
      readonly read: string;
      readonly problem: string;
      readonly examples: readonly string[];
    };

/** What the parser must know to tell a service from a typing error. */
export interface Vocabulary {
  /** Our name by every alias and by itself, all lower-case. */
  readonly environments: ReadonlyMap<string, string>;
  /** Our name by every alias and by itself, all lower-case. */
  readonly services: ReadonlyMap<string, string>;
}
