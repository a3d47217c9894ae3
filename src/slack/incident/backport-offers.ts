import { backportsOf } from '../../incidents/backport.ts';
import type { SlackContext } from '../context.ts';
import type { Offer } from '../modals/resolved.ts';
import { changeLabel } from '../../domain/post-mortem/sentences.ts';

/** Slack's limit for the address of a button. */
const longestUrl = 3000;

/** For each fix that went to production past staging: the pull request that brings it there. */
export async function offersOf({ incidents }: SlackContext, fixIds: readonly string[]): Promise<readonly Offer[]> {
  const backports = await backportsOf(incidents, fixIds);
  return backports
    .filter(({ offer }) => offer.url.length <= longestUrl)
    .map(({ change, offer }) => ({ ...offer, fix: changeLabel(change) }));
}
