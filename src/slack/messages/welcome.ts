import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import type { FirstStep } from './first-step.ts';

const titles: Readonly<Record<FirstStep['step'], string>> = {
  connect: 'Welcome. One step first.',
  wait: 'Almost there.',
  ask: 'All set.',
};

/** The one message that whoever installed the bot gets: where they are, and the one thing to do next. */
export function renderWelcome({ step, state, next }: FirstStep): SlackMessage {
  const title = titles[step];
  const where =
    step === 'ask'
      ? 'I write no more of these. My Home tab shows what is yours.'
      : 'My Home tab shows when it has worked, and then this message says what comes next.';
  return {
    text: `${title} ${state} ${next}`,
    blocks: [section(`*${title}* ${state}\n${next}`), context(where)],
  };
}
