import { countOf } from '../change-words.ts';
import { percentWords } from '../parity-words.ts';
import { oldWords } from './age.ts';
import type { BetterThing, Digest, DigestAct, DigestDetails, DigestHead } from './digest.ts';

/** The answer of the first line, and what stands beside it. No markup. */
export function headWords({ score, coverage, unexplained, backports, before }: DigestHead): {
  readonly answer: string;
  readonly rest: readonly string[];
} {
  const change = score === null || before.score === null ? null : Math.round(score) - Math.round(before.score);
  const counts = [
    `${unexplained.toLocaleString('en')} unexplained${lastWeek(unexplained, before.unexplained)}`,
    `${countOf(backports, 'backport')} open${lastWeek(backports, before.backports)}`,
  ];
  if (score === null) return { answer: counts[0] ?? '', rest: counts.slice(1) };
  const step = change === null ? '' : ` (${change === 0 ? '±0' : change > 0 ? `+${change}` : `−${-change}`})`;
  const covered = coverage === null ? [] : [`of ${percentWords(coverage)} covered`];
  return { answer: `Parity ${percentWords(score)}${step}`, rest: [...covered, ...counts] };
}

function lastWeek(now: number, before: number | null): string {
  return before === null || before === now ? '' : `, last week ${before.toLocaleString('en')}`;
}

/** What to do about it, for those who have no buttons. */
export function actWords(act: DigestAct): string {
  switch (act.do) {
    case 'explain':
      return 'explain it: /parity unexplained';
    case 'accept':
      return 'accept it again: /parity accept';
    case 'open-pull':
      return 'open its pull request';
    case 'follow':
      return act.label;
    case 'say':
      return `${act.words.charAt(0).toLowerCase()}${act.words.slice(1)}`;
  }
}

export function betterWords({ title, says, who }: BetterThing): string {
  return `${title} ${says}${who === null ? '' : ` (${who})`}`;
}

/** `14 services, 6 intended differences (1 ends soon), staging data 97 days old`. */
export function belowWords({ details }: Pick<Digest, 'details'>): readonly string[] {
  const { servicesInAll, driftsInAll, backportsInAll, intended, expiring, idleInAll, silent, data } = details;
  const ends = expiring.length === 0 ? '' : ` (${expiring.length} ${expiring.length === 1 ? 'ends' : 'end'} soon)`;
  return [
    ...(servicesInAll === 0 ? [] : [countOf(servicesInAll, 'service')]),
    ...(driftsInAll === 0 ? [] : [`${countOf(driftsInAll, 'difference')} to look at`]),
    ...(backportsInAll === 0 ? [] : [countOf(backportsInAll, 'backport')]),
    ...(intended === 0 ? [] : [`${countOf(intended, 'intended difference')}${ends}`]),
    ...(idleInAll === 0 ? [] : [`${countOf(idleInAll, 'rule')} that ${idleInAll === 1 ? 'matches' : 'match'} nothing`]),
    ...(silent.length === 0 ? [] : [countOf(silent.length, 'silent collector')]),
    ...dataWords(details),
  ].filter(() => data.length > 0 || servicesInAll > 0);
}

/** Of which nobody has said anything, nothing is said here. */
function dataWords({ data }: DigestDetails): readonly string[] {
  return data.flatMap(({ environment, days }) => (days === null ? [] : [`${environment} data ${oldWords(days)}`]));
}

const bars = '▁▂▃▄▅▆▇█';

/** A line of text as a chart: what is not known is a space. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const bar = (value: number) => bars.charAt(high === low ? 0 : Math.round(((value - low) / (high - low)) * 7));
  return values.map((value) => (value === null ? ' ' : bar(value))).join('');
}

/** What the chart shows, for those who do not see it. */
export function chartWords({ chart }: Pick<Digest, 'chart'>): readonly string[] {
  const { labels, scores, backports } = chart;
  const span = `${labels[0] ?? ''} to ${labels.at(-1) ?? ''}`;
  return [
    ...(scores === null
      ? []
      : [`Parity, ${span}: ${sparkline(scores)} ${fromTo(scores, (score) => percentWords(score))}`]),
    `Open backports, ${span}: ${sparkline(backports)} ${fromTo(backports, String)}`,
  ];
}

function fromTo(values: readonly (number | null)[], words: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return '';
  return known.length === 1 ? words(last) : `${words(first)} → ${words(last)}`;
}
