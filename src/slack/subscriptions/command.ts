import { subscriptionsIn } from '../../subscriptions/subscribe.ts';
import type { SlackContext } from '../context.ts';
import { renderSubscriptions } from '../messages/subscription-list.ts';
import type { CommandRequest } from '../request.ts';
import type { SlackMessage } from '../send.ts';
import { openSubscribe } from './open.ts';

const subscribing = /^\s*subscribe\b/i;
const listing = /^\s*(?:subscriptions|unsubscribe)\s*$/i;

/** Whether the words after `/since` are about what a channel is told of, and not a question. */
export function isAboutSubscriptions(text: string): boolean {
  return subscribing.test(text) || listing.test(text);
}

/** Null: a form has been opened. */
export async function aboutSubscriptions(
  context: SlackContext,
  { asker, text, channelId, triggerId }: CommandRequest,
): Promise<SlackMessage | null> {
  if (listing.test(text)) return renderSubscriptions(await subscriptionsIn(context.db, channelId), context.now());
  return openSubscribe(context, { askerId: asker.id, channelId, triggerId }, text.replace(subscribing, ''));
}
