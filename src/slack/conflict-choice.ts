import { homeChoiceOf } from './home-choice.ts';

/** The value of the button that says that an identity is nobody's. */
export const nobody = '-';

export interface ConflictChoice {
  readonly userId: string;
  readonly identity: string;
  /** Null: nobody's. */
  readonly slackId: string | null;
  /** The same for every copy of one press. */
  readonly key: string;
}

const prefix = 'people:';

/** Ids of blocks about an identity, which is never as long as Slack's limit for them. */
export function conflictBlockId(identity: string): string {
  return `${prefix}${identity}`;
}

/** Null for a payload that decides nothing about an identity in the Home tab. */
export function conflictChoiceOf(body: unknown): ConflictChoice | null {
  const press = homeChoiceOf(body);
  if (press === null || !press.blockId.startsWith(prefix)) return null;
  const { userId, blockId, value, key } = press;
  return { userId, identity: blockId.slice(prefix.length), slackId: value === nobody ? null : value, key };
}
