import { groupsChanged } from '../../people/groups.ts';
import type { SlackContext } from '../context.ts';

/**
 * Somebody came to a group or left it, or it was renamed or disabled. What the event says of it is not taken: it may come
 * late, and has 500 members at most.
 */
export function groupChanged(context: SlackContext): Promise<void> {
  return groupsChanged(context);
}
