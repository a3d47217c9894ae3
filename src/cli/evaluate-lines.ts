import type { Suspect } from '../domain/answer.ts';
import { changeName, countOf, kindNoun, serviceName } from '../domain/change-words.ts';
import type { Comparison, Figures } from '../domain/evaluation/figures.ts';
import { type Goal, goalsOf } from '../domain/evaluation/goals.ts';
import type { Proportion } from '../domain/proportion.ts';
import { type Outcome, readAtMost } from '../domain/evaluation/replay.ts';
import { outsideText } from '../domain/outside-text.ts';
import { table } from './command.ts';

const depths = [
  ['top1', 'cause first'],
  ['top3', 'cause in the first 3'],
  ['top5', 'cause in the first 5'],
] as const;

/** The figures for a terminal. */
export function figureLines(figures: Figures): readonly string[] {
  const { suspects, recency, withoutCause, incidents, pool } = figures;
  return [
    `${countOf(incidents + withoutCause.incidents, 'incident')}; ${incidents} caused by a change, which was one of ` +
      `${pool ?? 0} before it (median). Shares are of these, with the interval of 95 %.`,
    '',
    table(
      ['', 'suspects', 'recency alone'],
      [
        ...depths.map(([depth, words]) => [words, withInterval(suspects[depth]), withInterval(recency[depth])]),
        ['mean reciprocal rank', decimal(suspects.meanReciprocalRank), decimal(recency.meanReciprocalRank)],
        ['no suspect named', withInterval(figures.abstained), '–'],
      ],
    ),
    '',
    `In the first 5: ${points(figures)}; by suspects only ${figures.onlySuspects}, by recency only ${figures.onlyRecency}.`,
    `Suspects called likely: ${figures.likelyRight.of}, right ${withInterval(figures.likelyRight)}`,
    `Incidents that no change caused: ${withoutCause.incidents}, no suspect named ${withInterval(withoutCause.abstained)}, ` +
      `one called likely ${withInterval(withoutCause.falselyLikely)}`,
    ...(figures.byKind.length === 0 ? [] : ['', byKind(figures)]),
    '',
    table(['goal', 'at least', 'is', ''], goalsOf(figures).map(goalRow)),
  ];
}

function byKind(figures: Figures): string {
  return table(
    ['cause', 'incidents', 'first', 'in the first 5', 'by recency'],
    figures.byKind.map(({ kind, incidents, suspects, recency }) => [
      kindNoun(kind, 1),
      String(incidents),
      percent(suspects.top1.share),
      withInterval(suspects.top5),
      withInterval(recency.top5),
    ]),
  );
}

function points({ suspects, recency }: Comparison): string {
  if (suspects.top5.share === null || recency.top5.share === null) return 'nothing to compare';
  const gained = 100 * (suspects.top5.share - recency.top5.share);
  return `${Math.abs(gained).toFixed(1)} points ${gained < 0 ? 'below' : 'above'} recency alone`;
}

function goalRow({ name, atLeast, value, met }: Goal): readonly string[] {
  return [name, percent(atLeast), percent(value), met ? 'met' : 'NOT MET'];
}

/** What came of one incident: where its cause was, and what was first instead. */
export function outcomeLine(outcome: Outcome): string {
  const { id, title, kind, rank, recencyRank, first } = outcome;
  const head = `${oneLine(id)}  ${oneLine(title)}`;
  const named = first === null ? 'no suspect named' : `first: ${suspectWords(first)}`;
  if (kind === null) return `${head}\n  no change caused it; ${named}`;
  const cause = `${kindNoun(kind, 1)} ${place(rank)} (by recency ${place(recencyRank)})`;
  if (rank === 1) return `${head}\n  ${cause}; ${named}`;
  const why =
    outcome.cause === null
      ? outcome.ruledOut === null
        ? null
        : `ruled out: ${oneLine(outcome.ruledOut)}`
      : suspectWords(outcome.cause);
  return `${head}\n  ${cause}${why === null ? '' : `: ${why}`}\n  ${named}`;
}

function place(rank: number | null): string {
  return rank === null ? `not in the first ${readAtMost}` : `number ${rank}`;
}

function suspectWords({ change, score, likelihood, reasons }: Suspect): string {
  const because = reasons.map(({ text, weight }) => `${text} ${weight >= 0 ? '+' : ''}${weight.toFixed(2)}`).join(', ');
  const service = serviceName(change);
  const what = `${kindNoun(change.kind, 1)}${service === null ? '' : ` ${service}`} "${changeName(change)}"`;
  return `${oneLine(what)} (${score.toFixed(2)}, ${likelihood}: ${oneLine(because)})`;
}

function oneLine(text: string): string {
  return outsideText(text, 300) ?? '';
}

function withInterval({ share, low, high }: Proportion): string {
  if (share === null || low === null || high === null) return '–';
  return `${percent(share)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
