import type { KnownBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { nothingConnected } from '../../domain/coverage-words.ts';
import { headlineParts } from '../../domain/headline.ts';
import { answerText } from './answer-text.ts';
import { button, context, section } from './blocks.ts';
import { changeList, serviceSummary } from './change-list.ts';
import { coverageLine, coverageWarning } from './coverage-line.ts';
import { bold, outside } from './escape.ts';
import { type Ping, firstStep } from './first-step.ts';
import { header } from './home-header.ts';

export const subscribeFromHome = 'subscription_from_home';

const newest = 8;
const budget = 5000;

export interface HomeOptions {
  readonly now: Date;
  readonly timezone: string;
  /** What concerns who looks at it, before the last day. */
  readonly above?: readonly KnownBlock[];
  /** What they may look at, or set, after it. */
  readonly below?: readonly KnownBlock[];
  readonly ping?: Ping | null;
  readonly publicUrl?: string | null;
}

/**
 * The Home tab: what concerns who looks at it, the last day, then how to ask. Null, or an answer that no source has given
 * anything to, is a newcomer's: it says the one thing to do next instead of that nothing changed.
 */
export function renderHome(answer: Answer | null, options: HomeOptions): { text: string; blocks: KnownBlock[] } {
  if (answer === null || nothingConnected(answer.coverage)) return newcomer(answer, options);
  const { now, timezone, above = [], below = [] } = options;
  const { answer: first, detail } = headlineParts(answer, now);
  const summary = answer.total > newest ? serviceSummary(answer) : null;
  const list = changeList({ ...answer, changes: answer.changes.slice(0, newest) }, { now, budget, above: new Set() });
  const rest = answer.total - list.told;
  return {
    text: answerText(answer, { now, timezone, continued: true }),
    blocks: [
      ...above,
      header('The last day'),
      section(`${bold(`${first}.`, 900)} ${outside(detail, 900)}`.trim()),
      ...(answer.total === 0 ? [] : coverageWarning(answer, now)),
      ...(summary === null ? [] : [section(`*By service*  ${summary}`)]),
      ...list.blocks,
      ...(rest > 0 && answer.total > 0 ? [context(`… and ${rest.toLocaleString('en')} more: \`/since 24h\``)] : []),
      ...coverageLine(answer, now),
      ...below,
      { type: 'divider' },
      ...howToAsk(),
      refresh('Refresh'),
    ],
  };
}

function newcomer(answer: Answer | null, options: HomeOptions): { text: string; blocks: KnownBlock[] } {
  const { now, ping = null, publicUrl = null } = options;
  const { state, next } = firstStep({ coverage: answer?.coverage ?? [], ping, publicUrl, now });
  return {
    text: `${state} ${next.replaceAll('`', '')}`,
    blocks: [
      header('What changed, and since when'),
      section('I keep one timeline of deploys, merges, config edits and flags, and answer what changed in production.'),
      section(`*${state}*\n${next}`),
      refresh('Look again'),
      { type: 'divider' },
      ...howToAsk(),
    ],
  };
}

function howToAsk(): readonly KnownBlock[] {
  return [
    section(
      '*How to ask*\n•  `/since 2h`  in any channel; only you see the answer until you share it\n•  `/since last good deploy of checkout`  since it last went well\n•  mention me in a thread, or write to me: "what changed in prod since yesterday 3pm?"',
    ),
    {
      ...section('*What a channel is told as it happens*: deploys of its services, say, or only those that fail.'),
      accessory: button(subscribeFromHome, { label: 'Tell a channel', value: 'home' }),
    },
    context('`/since help` lists everything I understand.'),
  ];
}

function refresh(label: string): KnownBlock {
  return { type: 'actions', block_id: 'home-refresh', elements: [button('home_refresh', { label, value: 'now' })] };
}
