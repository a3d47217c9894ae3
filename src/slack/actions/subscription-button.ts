import { filterWords } from '../../domain/subscriptions/subscription.ts';
import { endSubscription, findSubscription, subscriptionsIn } from '../../subscriptions/subscribe.ts';
import type { SlackContext } from '../context.ts';
import { outside } from '../messages/escape.ts';
import { sentences } from '../messages/incident-heading.ts';
import { renderSubscriptions } from '../messages/subscription-list.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, inPlace, privately } from '../send.ts';

/** Below a message that everybody sees. Who set it up is not asked: it is the channel's. */
export async function stopPressed(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  await respond(privately(await stop(context, { asker, click, respond }), click.threadTs));
}

/** In the list that only the asker sees, which is shown anew. */
export async function removePressed(context: SlackContext, request: ClickRequest): Promise<void> {
  const { click, respond } = request;
  await stop(context, request);
  const left = await subscriptionsIn(context.db, click.channelId);
  await respond(inPlace(renderSubscriptions(left, context.now()), 'ephemeral'));
}

async function stop(context: SlackContext, { asker, click }: ClickRequest): Promise<SlackMessage> {
  const by = { id: asker.id, name: asker.name };
  const { value: id, channelId } = click;
  const ended = await endSubscription(context.db, { id, channelId, by }, context.now());
  if (ended !== null) {
    return sentences(
      `*Stopped.* I tell here no more of ${outside(filterWords(ended), 400)}. \`/since subscribe\` has it back.`,
    );
  }
  const before = (await findSubscription(context.db, id))?.ended?.byName;
  return sentences(
    before === undefined
      ? 'I know of no such subscription in this channel any more.'
      : `It was stopped before, by ${outside(before, 80) || 'somebody'}.`,
  );
}
