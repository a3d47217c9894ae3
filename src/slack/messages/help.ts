import type { KnownBlock } from '@slack/types';
import { context, section } from './blocks.ts';
import { escaped } from './escape.ts';

/** What may be asked, by what one has in hand; each line holds as it stands. */
const examples: readonly (readonly [question: string, answer: string])[] = [
  ['2h', 'the last two hours in production'],
  ['14:00 in staging checkout', 'one service since a time of today, in your time zone'],
  ['yesterday 15:00 until 16:30', 'from one time to another'],
  ['last good deploy of checkout', 'since it last went well'],
  ['v1.41.3', 'since a version went out; a commit or PR #123 does too'],
  ['3d kind:config by:@ada', 'one kind of change, by one person'],
  ['links', 'who I think you are on GitHub and elsewhere, and how to say it'],
  ['catchup', 'the last day, to begin a shift'],
];

export function renderHelp(): { text: string; blocks: KnownBlock[] } {
  const commands = examples.map(([question, answer]) => ({ question: escaped(`/since ${question}`), answer }));
  const first = 'Ask what changed, and since when. Words go in any order; only you see the answer until you share it.';
  return {
    text: [first, ...commands.map(({ question, answer }) => `${question}: ${answer}`)].join('\n'),
    blocks: [
      section(`*Ask what changed, and since when.* Words go in any order; only you see the answer until you share it.`),
      section(commands.map(({ question, answer }) => `•  \`${question}\`  ${answer}`).join('\n')),
      section(
        '*In a thread or a direct message*, where commands do not work, mention me or just write: "what changed in prod since yesterday 3pm?"',
      ),
      section(
        '*To be told as it happens*, `/since subscribe production deploys of checkout failed` tells the channel, and `/since subscriptions` lists what it is told.',
      ),
      section(
        '*In the channel of an incident* `/since` alone begins before it did, and `/since catchup` says how it stands. `/incident help` has the rest.',
      ),
      context(
        'Each answer also says which sources it looked at and how fresh they are. Nothing I post pings a channel.',
      ),
    ],
  };
}
