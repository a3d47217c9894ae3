import type { Standing } from '../domain/people/standing.ts';

/** What Slack says of somebody. */
export interface Described {
  readonly slackId: string;
  readonly standing: Standing;
  readonly name: string;
}

/** Whom to ask about people. Each rejects while Slack cannot be asked. Nobody is ever listed. */
export interface SlackPeople {
  readonly memberOf: (slackId: string) => Promise<Described>;
  /** Null: nobody's address. */
  readonly byEmail: (email: string) => Promise<Described | null>;
  /** Whether the scope was granted that lets us ask by e-mail. */
  readonly mayAskByEmail: () => Promise<boolean>;
}

/** `few`: while somebody waits; `all`: for what must not be told to the wrong person. */
export type Asking = 'never' | 'few' | 'all';
