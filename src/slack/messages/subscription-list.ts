import type { KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import { filterWords } from '../../domain/subscriptions/subscription.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import type { SlackMessage } from '../send.ts';
import { button, context, section } from './blocks.ts';
import { outside } from './escape.ts';
import { confirmed } from './subscription-foot.ts';
import { readerTime } from './time.ts';

export const removeAction = 'subscription_remove';

/** Those of one channel, for whoever asks there. */
export function renderSubscriptions(subscriptions: readonly Subscription[], now: Date): SlackMessage {
  const how = 'to set one up: `/since subscribe production deploys of checkout failed`';
  if (subscriptions.length === 0) {
    const none = `Nothing is told in this channel as it happens. ${how[0]?.toUpperCase() ?? ''}${how.slice(1)}`;
    return { text: none.replaceAll('`', ''), blocks: [section(none)] };
  }
  const head = `*${countOf(subscriptions.length, 'subscription')} in this channel*`;
  return {
    text: [head.replaceAll('*', ''), ...subscriptions.map((each) => outside(filterWords(each), 150))].join('\n'),
    blocks: [
      section(head),
      ...subscriptions.map((each) => line(each, now)),
      context(`Anybody here may remove one. ${how}`),
    ],
  };
}

function line(subscription: Subscription, now: Date): KnownBlock {
  const { id, madeByName, madeAt, paused } = subscription;
  const facts = [
    `set up by ${outside(madeByName, 60) || 'somebody'} ${readerTime(madeAt, now)}`,
    ...(paused === null ? [] : [`:double_vertical_bar: paused: ${outside(paused.why.replaceAll('_', ' '), 60)}`]),
  ];
  return {
    ...section(`${outside(filterWords(subscription), 200)}\n${facts.join(' · ')}`),
    accessory: { ...button(removeAction, { label: 'Remove', value: id }), confirm: confirmed('Remove this one?') },
  };
}
