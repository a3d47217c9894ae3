import { isMemberId } from './identity.ts';

/**
 * A group of people in Slack that somebody names. `read`: it is there, and who is in it is known; of the others nobody is
 * taken to be in it.
 */
export type GroupState = 'unread' | 'read' | 'unknown' | 'disabled' | 'ambiguous';

/** As Slack tells of a group of its workspace. */
export interface SlackGroup {
  readonly id: string;
  /** Without its `@`. */
  readonly handle: string;
  readonly disabled: boolean;
  /** Member ids. */
  readonly members: readonly string[];
}

/** What a name of the settings means in Slack. */
export type FoundGroup =
  | { readonly state: 'read'; readonly handle: string; readonly members: readonly string[] }
  | { readonly state: 'unknown' | 'disabled' | 'ambiguous'; readonly handle: string | null };

/** Why nobody of a group that the settings name sees what it owns. */
export interface GroupProblem {
  readonly named: string;
  readonly problem:
    | { readonly why: Exclude<GroupState, 'read'> }
    /** In Slack's word. */
    | { readonly why: 'refused'; readonly said: string }
    | { readonly why: 'stale'; readonly since: Date };
}

/** As Slack writes a group in messages: `<!subteam^S0614TZR7|@payments-team>`. */
const written = /^<!subteam\^(S[A-Z0-9]{2,})(?:\|[^<>]*)?>$/;
/** Of Slack's ids the shortest; a word in capitals is rather a handle. */
const surelyId = /^S(?=[A-Z0-9]*\d)[A-Z0-9]{7,}$/;
const handleLike = /^[^\s@<>]+$/u;

/**
 * The group that an owner of the settings may be, as it is looked up: an id, or a handle without its `@`, lower-case.
 * Null: it can be none. Whether it is a person is for others to say, and comes first.
 */
export function groupNamed(owner: string): string | null {
  const text = owner.trim();
  const id = written.exec(text)?.[1] ?? surelyId.exec(text)?.[0];
  if (id !== undefined) return id;
  const handle = text.replace(/^@/, '');
  return isMemberId(text) || !handleLike.test(handle) ? null : handle.toLowerCase();
}

/** Handles are used again after a group was disabled: one that is there comes first, and of several that are, none. */
export function groupMeant(named: string, groups: readonly SlackGroup[]): FoundGroup {
  const called = groups.filter(({ id, handle }) => id === named || handle.toLowerCase() === named);
  const [first, ...others] = called.filter(({ disabled }) => !disabled);
  if (first === undefined) {
    const [gone] = called;
    return gone === undefined ? { state: 'unknown', handle: null } : { state: 'disabled', handle: gone.handle };
  }
  if (others.length > 0) return { state: 'ambiguous', handle: first.handle };
  return { state: 'read', handle: first.handle, members: first.members };
}
