import type { ActionsBlock, Button, ContextBlock } from '@slack/types';
import { filterWords } from '../../domain/subscriptions/subscription.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import { button, context } from './blocks.ts';
import { outside } from './escape.ts';

export const stopAction = 'subscription_stop';

/** Why it is told here, who asked for it, and how to make it stop. Names are written out: a mention would call people. */
export function footOf(subscription: Subscription): readonly (ContextBlock | ActionsBlock)[] {
  const { ended } = subscription;
  const why = `Told here: ${outside(filterWords(subscription), 400)} · set up by ${outside(subscription.madeByName, 80) || 'somebody'}`;
  if (ended !== null) {
    return [context(`${why} · stopped by ${outside(ended.byName, 80) || 'somebody'}: this is followed no more.`)];
  }
  return [context(why), { type: 'actions', elements: [stopButton(subscription)] }];
}

function stopButton({ id }: Subscription): Button {
  return {
    ...button(stopAction, { label: 'Stop these here', value: id }),
    confirm: confirmed('Stop telling these here?'),
  };
}

export function confirmed(question: string): NonNullable<Button['confirm']> {
  return {
    title: { type: 'plain_text', text: question },
    text: { type: 'plain_text', text: 'For everybody in this channel. /since subscribe has it back.' },
    confirm: { type: 'plain_text', text: 'Stop' },
    deny: { type: 'plain_text', text: 'Keep' },
  };
}
