import type { KnownBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { countOf } from '../../domain/change-words.ts';
import { restrictedWords } from '../../domain/restricted-words.ts';
import { headlineParts } from '../../domain/headline.ts';
import { answerText } from './answer-text.ts';
import { context, section } from './blocks.ts';
import { answerButtons } from './buttons.ts';
import { type ChangeList, changeList, serviceSummary } from './change-list.ts';
import { coverageLine, coverageWarning } from './coverage-line.ts';
import { bold, outside } from './escape.ts';
import { alertBlocks } from './alerts.ts';
import { mostSuspects, suspectBlocks } from './suspects.ts';

export interface AnswerOptions {
  readonly now: Date;
  /** IANA name of the asker's time zone, for the text that Slack does not draw. */
  readonly timezone: string;
  /** What the buttons ask again with; null: none. */
  readonly state: string | null;
  readonly shareable: boolean;
  /** A later page: the likeliest changes and the last one stood on the first. */
  readonly continued?: boolean;
  /** Slack id of who made a private answer public. */
  readonly sharedBy?: string;
}

/**
 * Characters for one message: short of Slack's own limit, which counts in a way that nobody outside knows
 * (src/slack/block-limits/whole.ts).
 */
const budget = 10_000;
const mostNotes = 3;

/** What changed: the answer in the first line, then what to look at, everything else, and what was not seen. */
export function renderAnswer(answer: Answer, options: AnswerOptions): { text: string; blocks: KnownBlock[] } {
  const { now, continued = false, sharedBy } = options;
  const suspected = continued ? [] : answer.suspects.slice(0, mostSuspects);
  const top = [
    ...sharedLine(sharedBy),
    section(firstLine(answer, { now, continued })),
    ...noteLine(answer),
    ...(answer.total === 0 ? [] : coverageWarning(answer, now)),
    ...(continued ? [] : alertBlocks(answer, now)),
    ...suspectBlocks(suspected, now),
  ];
  const bottom = [...waitingLine(answer), ...coverageLine(answer, now), ...answerButtons(answer, options)];
  const left = budget - lengthOf([...top, ...bottom]) - moreLength;
  const above = new Set(suspected.map(({ change }) => change.id));
  const list = changeList(answer, { now, budget: left, above });
  const blocks: KnownBlock[] = [...top, ...list.blocks, ...moreLine(answer, { list, continued }), ...bottom];
  return { text: answerText(answer, { ...options, continued }), blocks };
}

function firstLine(answer: Answer, { now, continued }: { readonly now: Date; readonly continued: boolean }): string {
  const { answer: first, detail } = headlineParts(answer, now, { continued });
  return [bold(`${first}.`, 900), outside(detail, 900), continued ? 'Older ones:' : '']
    .filter((part) => part !== '')
    .join(' ');
}

function sharedLine(sharedBy: string | undefined) {
  return sharedBy !== undefined && /^[UW][A-Z0-9]{1,30}$/.test(sharedBy) ? [context(`Shared by <@${sharedBy}>`)] : [];
}

function noteLine({ window }: Answer) {
  const notes = window.notes
    .slice(0, mostNotes)
    .map((note) => outside(note, 250))
    .filter((note) => note !== '');
  return notes.length === 0 ? [] : [context(notes.join('\n'))];
}

/** Longest that `moreLine` gets. */
const moreLength = 1600;

function moreLine(answer: Answer, { list, continued }: { readonly list: ChangeList; readonly continued: boolean }) {
  // How many stood on the pages before, nobody tells.
  const rest = (continued ? answer.changes.length : Math.max(answer.total, answer.changes.length)) - list.told;
  if (rest <= 0 || answer.changes.length === 0) return [];
  const floor = answer.totalIsFloor ? 'at least ' : '';
  const narrow = list.hidden > 0 ? ' Ask about one service or a shorter time to see them all.' : '';
  const summary = serviceSummary(answer);
  const inAll = summary === null ? '' : `\n*In all*  ${summary}`;
  return [section(`… and ${floor}${rest.toLocaleString('en')} more.${narrow}${inAll}`)];
}

function waitingLine({ waiting, unplaced, restricted, filters }: Answer) {
  const where = filters.environment === null ? 'deployed' : `in ${outside(filters.environment, 60)}`;
  const said = [
    ...(waiting > 0
      ? [`${countOf(waiting, 'merge')} to the default branch ${waiting === 1 ? 'is' : 'are'} not ${where} yet.`]
      : []),
    ...(unplaced > 0
      ? [
          `${countOf(unplaced, 'change')} that ${unplaced === 1 ? 'names' : 'name'} no environment could concern ${filters.environment === null ? 'any' : outside(filters.environment, 60)} too.`,
        ]
      : []),
    ...(restricted > 0 ? [restrictedWords(restricted, 'change')] : []),
  ];
  return said.length === 0 ? [] : [context(said.join(' '))];
}

function lengthOf(blocks: readonly KnownBlock[]): number {
  return JSON.stringify(blocks.filter(({ type }) => type !== 'actions')).length;
}
