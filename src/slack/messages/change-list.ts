import type { SectionBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { countOf, kindCount, serviceName } from '../../domain/change-words.ts';
import { type Change, kinds } from '../../domain/change.ts';
import { sections } from './blocks.ts';
import { type LineOptions, changeLine } from './change-line.ts';
import { bold, escaped, outside } from './escape.ts';

export interface ListOptions {
  readonly now: Date;
  /** Characters that may be spent. */
  readonly budget: number;
  /** Ids of the changes under "Look here first", in their order there. */
  readonly suspects: readonly string[];
}

export interface ChangeList {
  readonly blocks: readonly SectionBlock[];
  readonly shown: number;
}

interface Line {
  readonly service: string | null;
  readonly text: string;
}

const none = 'No service named';
/** Of it, for headings. */
const headings = 1200;

/** The page's changes by service, newest first. Details give way before changes do. */
export function changeList(answer: Answer, options: ListOptions): ChangeList {
  const full = linesOf(answer, options, 'full');
  const fits = lengthOf(full) <= options.budget - headings;
  const lines = fits ? full : withinBudget(linesOf(answer, options, 'compact'), options.budget - headings);
  const groups = Map.groupBy(lines, ({ service }) => service);
  const texts = [...groups].flatMap(([service, group]) => [
    `${bold(service ?? none, 120)}  ${countOf(group.length, 'change')}`,
    ...group.map(({ text }) => text),
  ]);
  return { blocks: lines.length === 0 ? [] : sections(texts), shown: lines.length };
}

/** What all pages have, for when this one does not show all: `ledger: 3 deploys, 1 migration · search: 1 rollback`. */
export function serviceSummary({ byService }: Answer): string | null {
  const most = 12;
  const parts = byService.slice(0, most).map(({ service, kinds: counts, total }) => {
    const each = kinds.flatMap((kind) => (counts[kind] === undefined ? [] : kindCount(kind, counts[kind])));
    const said = each.length === 0 ? countOf(total, 'change') : each.join(', ');
    return `${outside(service ?? none, 60)}: ${escaped(said)}`;
  });
  const rest = byService.length > most ? [countOf(byService.length - most, 'more service')] : [];
  return parts.length === 0 ? null : [...parts, ...rest].join(' · ');
}

function linesOf(answer: Answer, { now, suspects }: ListOptions, detail: LineOptions['detail']): readonly Line[] {
  const environment = answer.filters.environment === null;
  return answer.changes.map((change: Change) => {
    const place = suspects.indexOf(change.id);
    return {
      service: serviceName(change),
      text: changeLine(change, { now, detail, environment, suspect: place === -1 ? null : place + 1 }),
    };
  });
}

function withinBudget(lines: readonly Line[], budget: number): readonly Line[] {
  let spent = 0;
  const end = lines.findIndex(({ text, service }) => (spent += text.length + (service?.length ?? 0) / 4 + 1) > budget);
  return end === -1 ? lines : lines.slice(0, end);
}

function lengthOf(lines: readonly Line[]): number {
  return lines.reduce((total, { text }) => total + text.length + 1, 0);
}
