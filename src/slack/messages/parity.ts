import type { KnownBlock, SectionBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { ParityReport, ParityVerdict } from '../../domain/comparison/difference.ts';
import { type DifferenceGroup, groupsOf } from '../../domain/parity/groups.ts';
import { restrictedWords } from '../../domain/restricted-words.ts';
import { percentWords, verdictWords } from '../../domain/parity/words.ts';
import type { Acceptance } from '../parity/port.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { bold, escaped, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { waitingBlocks } from './parity-accepted.ts';
import { parityButtons } from './parity-buttons.ts';
import { renderFirstRun } from './parity-first-run.ts';
import { type GroupOptions, groupBlock, groupText } from './parity-group.ts';
import { notSeenBlocks, notSeenText } from './parity-seen.ts';

export interface ParityOptions {
  readonly now: Date;
  readonly writers: ReadonlyMap<string, string>;
  /** Known ones, for the menu. */
  readonly services: readonly string[];
  /** What somebody says is meant and nobody has confirmed. */
  readonly waiting?: readonly Acceptance[];
}

/** On one screen: what has to be looked at, the worst first. The rest is counted, each count with its button. */
const most: Readonly<Partial<Record<ParityVerdict, number>>> = {
  'forbidden-equality': 3,
  unexplained: 5,
  'reference-only': 2,
};
const budget = 9500;
const longestText = 3500;

/** How alike two environments are: the answer in the first line, then what has to be looked at. */
export function renderParity(
  report: ParityReport,
  { now, writers, services, waiting = [] }: ParityOptions,
): SlackMessage {
  if (report.facts === 0) return renderFirstRun(report);
  const { pair, service } = report;
  const state = { pair, service, verdict: null, offset: 0 };
  const options: GroupOptions = { pair, now, writers, state };
  const groups = groupsOf(report.differences);
  const shown = listed(groups);
  const bottom = [
    ...waitingBlocks(waiting),
    ...notSeenBlocks(report, now),
    ...parityButtons(report, { groups, shown: new Set(shown), services }),
  ];
  const top = [section(headLine(report)), ...movedLine(report), ...restrictedLine(report)];
  const middle: KnownBlock[] = [];
  let index = 0;
  for (const verdict of Object.keys(most) as ParityVerdict[]) {
    const ofVerdict = shown.filter((group) => group.verdict === verdict);
    const blocks = ofVerdict.map((group) => groupBlock(group, (index += 1), options));
    const [first, ...more] = blocks;
    if (first === undefined) continue;
    middle.push(heading(verdict, report, ofVerdict.length, groups), first, ...more);
  }
  return {
    text: parityText(report, shown, options),
    blocks: [...top, ...within(middle, budget - lengthOf([...top, ...bottom])), ...bottom],
  };
}

function restrictedLine({ restricted = 0 }: ParityReport): readonly KnownBlock[] {
  return restricted === 0 ? [] : [context(restrictedWords(restricted, 'difference'))];
}

/** The first line of every surface, without markup: `Parity 94 % of 87 % covered · 2 unexplained`. */
export function headParts({ score: { score, coverage }, counts, pair }: ParityReport): {
  readonly answer: string;
  readonly rest: readonly string[];
} {
  const answer = score === null ? 'Nothing can be compared' : `Parity ${percentWords(score)}`;
  const named = (['unexplained', 'forbidden-equality', 'reference-only'] as const).flatMap((verdict) =>
    counts[verdict] === 0 ? [] : [`${counts[verdict].toLocaleString('en')} ${verdictWords(verdict, pair)}`],
  );
  return { answer, rest: [`of ${percentWords(coverage)} covered`, ...named] };
}

function headLine(report: ParityReport): string {
  const { answer, rest } = headParts(report);
  const [covered = '', ...counts] = rest;
  const first = `${bold(answer, 100)} ${covered}${counts.map((count) => ` · ${outside(count, 120)}`).join('')}`;
  return `${first}\n${where(report)}${calm(report)}`;
}

function where({ pair, service, equal }: ParityReport): string {
  const of = service === null ? '' : ` of ${bold(service, 80)}`;
  return `${outside(pair.mirror, 80)} against ${outside(pair.reference, 80)}${of} · ${countOf(equal, 'fact')} equal`;
}

/** Said where nothing has to be looked at. */
function calm({ counts, score, differences }: ParityReport): string {
  if (score.score === null || counts.unexplained > 0 || counts['forbidden-equality'] > 0) return '';
  if (differences.length === 0) return '\n:white_check_mark: *Nothing differs.*';
  return counts['reference-only'] > 0
    ? '\n:white_check_mark: *Nothing is unexplained.*'
    : '\n:white_check_mark: *Nothing has to be looked at*: each difference is explained, pending or meant.';
}

/** What cost the score most. */
function movedLine({ score: { moved }, differences }: ParityReport): readonly SectionBlock[] {
  const by = new Map(differences.map((difference) => [difference.id, difference]));
  const named = moved.flatMap(({ id, points }) => {
    const difference = by.get(id);
    return difference === undefined || points < 0.05 ? [] : [`${outside(difference.key, 50)} −${points.toFixed(1)}`];
  });
  return named.length === 0 ? [] : [section(`Moved the score most: ${named.slice(0, 5).join(' · ')}`)];
}

function listed(groups: readonly DifferenceGroup[]): readonly DifferenceGroup[] {
  return Object.entries(most).flatMap(([verdict, count]) =>
    groups.filter((group) => group.verdict === verdict).slice(0, count),
  );
}

function heading(
  verdict: ParityVerdict,
  { pair }: ParityReport,
  shown: number,
  groups: readonly DifferenceGroup[],
): SectionBlock {
  const all = groups.filter((group) => group.verdict === verdict).length;
  const words = verdictWords(verdict, pair);
  const marks: Partial<Record<ParityVerdict, string>> = {
    'forbidden-equality': ':rotating_light: ',
    unexplained: ':grey_question: ',
  };
  const hint = verdict === 'reference-only' ? `  a hotfix that ${outside(pair.mirror, 60)} does not have` : '';
  const part = all > shown ? ` (${shown} of ${all.toLocaleString('en')})` : '';
  const named = `${words.charAt(0).toUpperCase()}${words.slice(1)}${part}`;
  return section(`${marks[verdict] ?? ''}${bold(named, 120)}${hint}`);
}

function parityText(report: ParityReport, shown: readonly DifferenceGroup[], options: GroupOptions): string {
  const { answer, rest } = headParts(report);
  const { pair, counts } = report;
  const others = (['pending-promotion', 'explained', 'intended', 'unknown'] as const).flatMap((verdict) =>
    counts[verdict] === 0 ? [] : [`${counts[verdict].toLocaleString('en')} ${verdictWords(verdict, pair)}`],
  );
  const lines = [
    outside(`${answer} ${rest.join(' · ')} (${pair.mirror} against ${pair.reference}).`, 400),
    ...shown.map((group) => `- ${outside(verdictWords(group.verdict, pair), 60)}: ${groupText(group, options)}`),
    ...(others.length === 0 ? [] : [outside(`Also: ${others.join(', ')}.`, 300)]),
    ...notSeenText(report, options.now),
    escaped('To see a list: /parity explained. To say that something is meant: /parity accept <key>.'),
  ];
  return fitting(lines, longestText);
}

/** What comes last goes first. */
function within(blocks: readonly KnownBlock[], left: number): readonly KnownBlock[] {
  const kept = [...blocks];
  while (kept.length > 0 && lengthOf(kept) > left) kept.pop();
  const last = kept.at(-1);
  // A heading stands over something.
  if (last !== undefined && last.type === 'section' && last.accessory === undefined && kept.length < blocks.length)
    kept.pop();
  return kept;
}

function lengthOf(blocks: readonly KnownBlock[]): number {
  return JSON.stringify(blocks.filter(({ type }) => type !== 'actions')).length;
}
