import type { BackportPull } from './pull.ts';
import type { Backport } from './backport.ts';

/** `unread`: nobody has looked at git since. `in-vain`: git does not find the fix, though it was merged. */
export type AfterMerge = 'unread' | 'in-vain';

/**
 * What is known of a fix whose pull request was merged, which alone proves nothing. Null: it was not merged, git has found
 * the fix or what may be it, or nobody can tell.
 */
export function afterMerge(
  { state, judgedAt }: Pick<Backport, 'state' | 'judgedAt'>,
  pull: Pick<BackportPull, 'state' | 'updatedAt'> | null,
): AfterMerge | null {
  const isAwaited = state === 'open' || state === 'candidate' || state === 'not-evaluable';
  if (pull?.state !== 'merged' || !isAwaited) return null;
  if (judgedAt === null || judgedAt <= pull.updatedAt) return 'unread';
  return state === 'open' ? 'in-vain' : null;
}
