import { countOf } from '../change-words.ts';
import { percentWords } from '../parity/words.ts';
import { shorten } from '../shorten.ts';
import { oldWords } from './age.ts';
import { chartLines } from './chart-lines.ts';
import { digestDays } from './schedule.ts';
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

/** `and 8 more things to do, 4 of them new since last week: A, B, C …`; null: there are no more. */
export function moreWords({ todo, worst, fresh }: Pick<Digest, 'todo' | 'worst' | 'fresh'>): string | null {
  const more = todo - worst.length;
  if (more <= 0) return null;
  const words = `and ${countOf(more, 'more thing')} to do`;
  if (fresh === undefined || fresh.inAll === 0) return words;
  const which = fresh.inAll === more ? '' : `${fresh.inAll.toLocaleString('en')} of them `;
  const titles = fresh.titles.map((title) => shorten(title, 80)).join(', ');
  return `${words}, ${which}new since last week: ${titles}${fresh.inAll > fresh.titles.length ? ' …' : ''}`;
}

export function betterWords(thing: BetterThing): string {
  return `${thing.title} ${didWords(thing)}`;
}

/** The rest of that sentence: `is home: staging runs it (grace)`. */
export function didWords({ says, who }: Pick<BetterThing, 'says' | 'who'>): string {
  return `${says}${who === null ? '' : ` (${who})`}`;
}

/** `14 services, 6 intended differences (1 ends soon), staging data 97 days old`. */
export function belowWords({ details }: Pick<Digest, 'details'>): readonly string[] {
  const { servicesInAll, others = [], morePairs = 0, driftsInAll, backportsInAll, intended } = details;
  const { idleInAll, silent, data } = details;
  const tables = (servicesInAll === 0 ? 0 : 1) + others.length + morePairs;
  return [
    ...(others.length > 0 ? [`what runs where of ${countOf(tables, 'pair')} of environments`] : []),
    ...(servicesInAll === 0 || others.length > 0 ? [] : [countOf(servicesInAll, 'service')]),
    ...(driftsInAll === 0 ? [] : [`${countOf(driftsInAll, 'difference')} to look at`]),
    ...(backportsInAll === 0 ? [] : [countOf(backportsInAll, 'backport')]),
    ...(intended === 0 ? [] : [`${countOf(intended, 'intended difference')}${endWords(details)}`]),
    ...(idleInAll === 0 ? [] : [`${countOf(idleInAll, 'rule')} that ${idleInAll === 1 ? 'matches' : 'match'} nothing`]),
    ...(silent.length === 0 ? [] : [countOf(silent.length, 'silent collector')]),
    ...dataWords(details),
  ].filter(() => data.length > 0 || servicesInAll > 0);
}

/** ` (1 ends Friday)`, ` (2 end, the first tomorrow)`. */
function endWords({ expiring }: DigestDetails): string {
  const [next] = expiring.toSorted((a, b) => (a.days ?? 0) - (b.days ?? 0));
  if (next === undefined || next.days === null || next.expires === null) return '';
  const { days } = next;
  const when =
    days === 0 ? 'today' : days === 1 ? 'tomorrow' : days < 7 ? weekday(next.expires) : `in ${countOf(days, 'day')}`;
  return expiring.length === 1 ? ` (1 ends ${when})` : ` (${expiring.length} end, the first ${when})`;
}

function weekday(date: string): string {
  const day = digestDays[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? '';
  return `${day.charAt(0).toUpperCase()}${day.slice(1)}`;
}

/** Of which nobody has said anything, nothing is said here. */
function dataWords({ data }: DigestDetails): readonly string[] {
  return data.flatMap(({ environment, days }) => (days === null ? [] : [`${environment} data ${oldWords(days)}`]));
}

const bars = '▁▂▃▄▅▆▇█';

/** A line of text as a chart. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bar = (value: number) => bars.charAt(high === low ? 0 : Math.round(((value - low) / (high - low)) * 7));
  return values.map(bar).join('');
}

/** What the chart shows, for those who do not see it: `Parity, Sep 4 to Nov 20: ▁▂▃█ 85 % → 94 %`. */
export function chartWords(digest: Pick<Digest, 'chart'>): readonly string[] {
  return chartLines(digest).map(({ title, points }) => {
    const [name = '', unit] = title.split(', ');
    const words = (value: number) => (unit === '%' ? percentWords(value) : String(value));
    const [first, last] = [points[0], points.at(-1)];
    if (first === undefined || last === undefined) return name;
    const drawn = sparkline(points.map(({ value }) => value));
    return `${name}, ${first.label} to ${last.label}: ${drawn} ${words(first.value)} → ${words(last.value)}`;
  });
}
