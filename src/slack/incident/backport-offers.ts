import type { Incident } from '../../domain/incident.ts';
import type { SlackContext } from '../context.ts';
import type { Offer } from '../modals/resolved.ts';

/** For each fix that went to production past staging: the pull request that brings it there. */
export function offersOf(
  _context: SlackContext,
  _incident: Incident,
  _fixIds: readonly string[],
): Promise<readonly Offer[]> {
  return Promise.resolve([]);
}
