import { claimPauseToTell, unclaimPauseToTell } from '../subscriptions/pause.ts';
import type { Subscription } from '../subscriptions/subscription-rows.ts';
import { renderPaused } from './messages/subscription-notice.ts';
import { createAvailability } from './availability.ts';
import { failureOf } from './post-failure.ts';
import type { PostDependencies } from './posts.ts';
import { posted } from './send.ts';
import { wantsQuiet } from './wants-quiet.ts';

/**
 * Tells whoever set it up, alone, that nothing is told in a channel any more: one message for all of theirs there, and
 * rather none than two. When to come back; null: it is done.
 */
export async function tellOfPause(dependencies: PostDependencies, subscription: Subscription): Promise<Date | null> {
  const { db, client, log, now } = dependencies;
  const quiet = await wantsQuiet(db, createAvailability(dependencies), { slackId: subscription.madeBy, now: now() });
  if (quiet !== null) return quiet;
  const [first, ...others] = await claimPauseToTell(db, subscription, now());
  if (first === undefined) return null;
  try {
    // A message to a person opens the direct messages with them, for which no scope of its own is needed.
    await client.chat.postMessage({ channel: first.madeBy, ...posted(renderPaused([first, ...others])) });
    return null;
  } catch (error) {
    const failure = failureOf(error);
    log.info({ err: error, channel: first.channelId }, 'nobody could be told that a subscription is paused');
    if (failure.means !== 'wait') return null;
    await unclaimPauseToTell(db, [first, ...others]);
    return new Date(now().getTime() + failure.pause);
  }
}
