import type { KnownBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { nothingConnected } from '../../domain/coverage-words.ts';
import { headlineParts } from '../../domain/headline.ts';
import { answerText } from './answer-text.ts';
import { button, context, section } from './blocks.ts';
import { changeList, serviceSummary } from './change-list.ts';
import { coverageLine, coverageWarning } from './coverage-line.ts';
import { bold, outside } from './escape.ts';

export const subscribeFromHome = 'subscription_from_home';

const newest = 8;
const budget = 5000;

/**
 * The Home tab: the last day first, then how to ask. Null, or an answer that no source has given anything to, is a
 * newcomer's: it says what to do next instead of that nothing changed. `names`: what administrators are shown besides.
 */
export function renderHome(
  answer: Answer | null,
  {
    now,
    timezone,
    names = [],
  }: { readonly now: Date; readonly timezone: string; readonly names?: readonly KnownBlock[] },
): { text: string; blocks: KnownBlock[] } {
  if (answer === null || nothingConnected(answer.coverage)) return newcomer(answer?.coverage.length ?? 0);
  const { answer: first, detail } = headlineParts(answer, now);
  const summary = answer.total > newest ? serviceSummary(answer) : null;
  const shown = { ...answer, changes: answer.changes.slice(0, newest) };
  return {
    text: answerText(answer, { now, timezone, continued: true }),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'The last day', emoji: false } },
      section(`${bold(`${first}.`, 900)} ${outside(detail, 900)}`.trim()),
      ...(answer.total === 0 ? [] : coverageWarning(answer, now)),
      ...(summary === null ? [] : [section(`*By service*  ${summary}`)]),
      ...changeList(shown, { now, budget, above: new Set() }).blocks,
      ...coverageLine(answer, now),
      ...names,
      { type: 'divider' },
      ...howToAsk(),
    ],
  };
}

function newcomer(sources: number): { text: string; blocks: KnownBlock[] } {
  const state =
    sources === 0
      ? 'No source is connected yet, so I know of no changes.'
      : 'A source is set up, but nothing has arrived from it yet.';
  const next =
    sources === 0
      ? 'Connect GitHub first: set `GITHUB_WEBHOOK_SECRET` where I run, then add a webhook for your organisation that posts to `/ingest/github`.'
      : "Check the deliveries in the source's own webhook settings. The next deploy or merge appears here.";
  return {
    text: `${state} ${next.replaceAll('`', '')}`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'What changed, and since when', emoji: false } },
      section('I keep one timeline of deploys, merges, config edits and flags, and answer what changed in production.'),
      section(`*${state}*\n${next}`),
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
