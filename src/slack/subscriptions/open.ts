import { readWish } from '../../domain/subscriptions/words.ts';
import { visibleNames } from '../../domain/viewer.ts';
import type { SlackContext } from '../context.ts';
import { sentences } from '../messages/incident-heading.ts';
import { renderSubscribeModal } from '../modals/subscribe.ts';
import { openModal } from '../open-modal.ts';
import type { SlackMessage } from '../send.ts';

export interface SubscribeFrom {
  readonly askerId: string;
  /** Null: from the Home tab. */
  readonly channelId: string | null;
  readonly triggerId: string;
}

/** Null: the form is open, with what was understood of the words. */
export async function openSubscribe(
  context: SlackContext,
  { askerId, channelId, triggerId }: SubscribeFrom,
  words: string,
): Promise<SlackMessage | null> {
  if (channelId !== null && !/^[CG]/.test(channelId)) {
    return sentences('*I tell channels only.* Write `/since subscribe` in the channel that is to be told.');
  }
  const { defaultEnvironment } = context;
  const vocabulary = visibleNames(await context.vocabulary(), await context.viewerOf(askerId));
  const wish = readWish(words, { vocabulary, defaultEnvironment });
  return openModal(context, triggerId, renderSubscribeModal({ ...wish, channelId, vocabulary }));
}
