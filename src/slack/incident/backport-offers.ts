import { changeName } from '../../domain/change-words.ts';
import type { Incident } from '../../domain/incident.ts';
import { backportsOf } from '../../incidents/backport.ts';
import type { SlackContext } from '../context.ts';
import { bold, outside } from '../messages/escape.ts';
import type { Offer } from '../modals/resolved.ts';

/** For each fix that went to production past staging: the pull request that brings it there. */
export async function offersOf(
  { incidents }: SlackContext,
  _incident: Incident,
  fixIds: readonly string[],
): Promise<readonly Offer[]> {
  const found = await backportsOf(incidents, fixIds);
  return found.map(({ change, offer }) => ({
    url: offer.url,
    words: `${bold(changeName(change), 200)}: ${outside(offer.words, 200)}`,
  }));
}
