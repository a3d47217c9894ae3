import { type Kind, type Status, kinds, statuses } from '../../domain/change.ts';
import { mostChosen } from '../../domain/subscriptions/subscription.ts';
import { subscribe } from '../../subscriptions/subscribe.ts';
import type { SlackContext } from '../context.ts';
import { renderSubscribed, subscribedServicesField } from '../modals/subscribe.ts';
import { channelTakesMessages } from '../posts.ts';
import type { SubmissionRequest } from '../request.ts';
import type { Entered } from '../submission.ts';
import { problemOfPlace } from '../subscriptions/place.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** What is wrong is told at its field, and what was chosen stays. */
export async function subscribeSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const channelId = about.c ?? entered.channel('channel');
  if (channelId === null) return wrong('channel', 'Choose a channel.');
  const at = about.c === null ? 'channel' : entered.first;
  const many = ['environments', subscribedServicesField].find((name) => entered.choices(name).length > mostChosen);
  if (many !== undefined) return wrong(many, `At most ${mostChosen}, or none for all.`);
  const problem = await problemOfPlace(context, asker, { channelId, seen: about.c !== null });
  if (problem !== null) return wrong(at, problem);
  await channelTakesMessages(context.db, channelId);
  const wish = { channelId, filter: filterIn(entered), by: { id: asker.id, name: asker.name } };
  const made = await subscribe(context.db, wish, context.now());
  return made.outcome === 'refused' ? wrong(at, made.why) : show(renderSubscribed(made.subscription, made.outcome));
}

function filterIn(entered: Entered) {
  return {
    environments: entered.choices('environments'),
    services: entered.choices(subscribedServicesField),
    kinds: entered.choices('kinds').filter((name): name is Kind => kinds.some((kind) => kind === name)),
    statuses: entered.choices('statuses').filter((name): name is Status => statuses.some((each) => each === name)),
  };
}
