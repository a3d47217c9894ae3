import { filterWords } from '../../domain/subscriptions/subscription.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { sentences } from './incident-heading.ts';
import { footOf } from './subscription-foot.ts';

/** In the channel, so that everybody there knows of it; edited when it ends. */
export function renderNotice(subscription: Subscription): SlackMessage {
  const what = outside(filterWords(subscription), 400);
  const said =
    subscription.ended === null
      ? `From now on I tell here of ${what}.`
      : `I told here of ${what}, until ${outside(subscription.ended.byName, 80) || 'somebody'} stopped it.`;
  return { text: said, blocks: [section(said), ...(subscription.ended === null ? footOf(subscription) : [])] };
}

/** To whoever set them up, alone. A channel is named by its id: Slack shows its name to those who may know it. */
export function renderPaused([first, ...others]: readonly [Subscription, ...Subscription[]]): SlackMessage {
  const longest = 2900;
  const lines = [
    `I cannot write in <#${first.channelId}> any more (${outside((first.paused?.why ?? '').replaceAll('_', ' '), 100)}), so I stopped telling there of what you asked for.`,
    'It goes on when I am invited there again. Nothing that happens meanwhile is told later.',
    ...[first, ...others].map((each) => `•  ${outside(filterWords(each), 200)}`),
  ];
  return sentences(fitting(lines, longest));
}
