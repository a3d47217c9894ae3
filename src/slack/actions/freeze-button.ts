import { isAskedWhy } from '../../domain/frozen.ts';
import { frozenOf } from '../../freezes/frozen.ts';
import type { SlackContext } from '../context.ts';
import { freezeHeadline, givenWords } from '../messages/freeze.ts';
import { sentences } from '../messages/incident-heading.ts';
import { drawn } from '../messages/voice.ts';
import { renderFreezeReason } from '../modals/freeze-reason.ts';
import { openModal } from '../open-modal.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';

/** Opens the form, unless somebody was first: what was said stands. */
export async function freezeReasonPressed(context: SlackContext, request: ClickRequest): Promise<void> {
  const { click, respond } = request;
  const told = await answerTo(context, request);
  if (told !== null) await respond(privately(told, click.threadTs));
}

async function answerTo(context: SlackContext, { click }: ClickRequest): Promise<SlackMessage | null> {
  const frozen = await frozenOf(context.db, context.catalog, click.value);
  if (frozen === null) return sentences('*I know that deploy no more*, so there is nothing to say about it.');
  if (frozen.given !== null) return sentences(givenWords(frozen));
  if (!isAskedWhy(frozen)) return sentences('*It did not go out*, so it needs no reason.');
  const headline = freezeHeadline(frozen, drawn(frozen.foundAt));
  return openModal(context, click.triggerId, renderFreezeReason(headline, click.value, click.channelId));
}
