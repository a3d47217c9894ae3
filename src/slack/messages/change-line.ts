import {
  changeCourse,
  changeStep,
  isDeploy,
  kindNoun,
  personName,
  reportedBy,
  serviceName,
  verifiedWords,
} from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { carriedWords } from './carried.ts';
import { bold, escaped, link, outside } from './escape.ts';
import { readerTime } from './time.ts';

export interface LineOptions {
  readonly now: Date;
  /** Compact: one line without what it carries, when there is much to show. */
  readonly detail: 'full' | 'compact';
  /** Said where an answer covers several environments. */
  readonly environment: boolean;
}

/** One change below the heading of its service; longer than a line only when it carries something. */
export function changeLine(change: Change, { now, detail, environment }: LineOptions): string {
  const where = environment && change.environment !== null ? ` in ${outside(change.environment, 40)}` : '';
  const what = isDeploy(change)
    ? `${mark(change)}${kindNoun(change.kind, 1)} ${bold(changeStep(change), 220)}`
    : `${mark(change)}${kindNoun(change.kind, 1)}: ${outside(changeStep(change), 220)}`;
  const links = detail === 'full' ? [linksOf(change)] : [];
  const head = [
    `${readerTime(change.occurredAt, now)}  ${what}${where}${byWhom(change)}`,
    courseWords(change, now),
    receivedWords(change),
    repeatedWords(change, now),
    riskWords(change),
    ...(detail === 'full' ? [verified(change), reporters(change)] : []),
    ...links,
  ];
  const carried = detail === 'full' ? carriedWords(change, { most: 2 }) : null;
  return `•  ${head.filter((part) => part !== null).join(' · ')}${carried === null ? '' : `\n↳ ${carried}`}`;
}

/** A heading of a change that stands for itself: `*checkout 1.41.3 → 1.42.0*`. */
export function changeHeading(change: Change): string {
  const service = serviceName(change);
  const step = changeStep(change);
  return bold(isDeploy(change) && service !== null ? `${service} ${step}` : step, 300);
}

export function byWhom(change: Change): string {
  const name = personName(change.actor);
  return name === null ? '' : ` by ${outside(name, 50)}`;
}

/** Failure is said in words first; the mark only helps to find them. */
export function courseWords(change: Change, now: Date): string | null {
  const course = changeCourse(change, now);
  if (course === null) return null;
  if (change.status === 'failed') return `:x: *${escaped(course)}*`;
  const underWay = change.status === 'started' && change.kind !== 'drift';
  return underWay ? `:hourglass_flowing_sand: ${escaped(course)}` : escaped(course);
}

export function receivedWords(change: Change): string | null {
  return change.clock === 'received' ? 'time as received' : null;
}

function verified(change: Change): string | null {
  const words = verifiedWords(change);
  return words === null ? null : outside(words, 160);
}

function reporters(change: Change): string | null {
  const words = reportedBy(change);
  return words === null ? null : outside(words, 160);
}

function repeatedWords({ repeated }: Change, now: Date): string | null {
  return repeated === null
    ? null
    : `${repeated.count.toLocaleString('en')} times since ${readerTime(repeated.since, now)}`;
}

export function linksOf(change: Change): string | null {
  const links = [
    link(change.diffUrl, 'diff'),
    link(change.runUrl, 'run'),
    change.diffUrl === null && change.runUrl === null ? link(change.url, 'open') : null,
  ];
  const shown = links.filter((each) => each !== null);
  return shown.length === 0 ? null : shown.join(' · ');
}

function mark(change: Change): string {
  return change.kind === 'rollback' ? ':rewind: ' : '';
}

/** What the kind, the outcome and what is `told` beside it do not say already. */
export function riskWords({ risks }: Change, told: readonly string[] = []): string | null {
  const texts = risks
    .filter(({ name, text }) => name !== 'failed' && name !== 'rollback' && !told.includes(text))
    .map(({ text }) => outside(text, 80))
    .slice(0, 3);
  return texts.length === 0 ? null : `:warning: ${texts.join(', ')}`;
}
