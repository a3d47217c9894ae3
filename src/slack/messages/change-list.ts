import type { SectionBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { countOf, kindCount, serviceName } from '../../domain/change-words.ts';
import { kinds } from '../../domain/change.ts';
import { sections } from './blocks.ts';
import { type LineOptions, changeLine } from './change-line.ts';
import { bold, outside } from './escape.ts';

export interface ListOptions {
  readonly now: Date;
  /** Characters that may be spent. */
  readonly budget: number;
  /** Ids of the changes under "Look here first", where their details are. */
  readonly above: ReadonlySet<string>;
}

export interface ChangeList {
  readonly blocks: readonly SectionBlock[];
  /** Changes of the page that the reader has seen, here or above. */
  readonly told: number;
  /** Changes of the page that did not fit. */
  readonly hidden: number;
}

interface Line {
  readonly service: string | null;
  readonly text: string;
}

const none = 'No service named';
/** More are a report, not an answer. */
const mostLines = 30;
/** With more services than this they share sections, so that the blocks of a message suffice. */
const mostGroups = 15;
/** What the heading of a service and its block cost beyond its name. */
const headingCost = 130;

/** The page's other changes by service, newest first. Details give way before changes do. */
export function changeList(answer: Answer, options: ListOptions): ChangeList {
  const others = answer.changes.filter(({ id }) => !options.above.has(id));
  const full = linesOf(answer, others, { ...options, detail: 'full' });
  const all = costOf(full) <= options.budget ? full : linesOf(answer, others, { ...options, detail: 'compact' });
  const lines = within(options.budget, all.slice(0, mostLines));
  const told = Map.groupBy(
    answer.changes.filter(({ id }) => options.above.has(id)),
    serviceName,
  );
  const inAll = new Map(answer.byService.map(({ service, total }) => [service, total]));
  const groups = [...Map.groupBy(lines, ({ service }) => service)].map(([service, group]) => [
    headingOf(service, { shown: group.length, above: told.get(service)?.length ?? 0, inAll: inAll.get(service) ?? 0 }),
    ...group.map(({ text }) => text),
  ]);
  const hidden = others.length - lines.length;
  return {
    blocks: groups.length > mostGroups ? sections(groups.flat()) : groups.flatMap(sections),
    told: answer.changes.length - hidden,
    hidden,
  };
}

/** What all pages have, for when this one does not show all: `ledger: 3 deploys, 1 migration · search: 1 rollback`. */
export function serviceSummary({ byService }: Pick<Answer, 'byService'>, most = 12): string | null {
  const parts = byService.slice(0, most).map(({ service, kinds: counts, total }) => {
    const each = kinds.flatMap((kind) => (counts[kind] === undefined ? [] : kindCount(kind, counts[kind])));
    const said = each.length === 0 ? countOf(total, 'change') : each.join(', ');
    return `${outside(service ?? none, 60)}: ${said}`;
  });
  const rest = byService.length > most ? [countOf(byService.length - most, 'more service')] : [];
  return parts.length === 0 ? null : [...parts, ...rest].join(' · ');
}

interface Counts {
  readonly shown: number;
  readonly above: number;
  readonly inAll: number;
}

/** What is not shown is counted, too: nobody is to take a part for all. */
function headingOf(service: string | null, { shown, above, inAll }: Counts): string {
  const isPart = inAll > shown + above;
  const [those, all] = [shown.toLocaleString('en'), inAll.toLocaleString('en')];
  const counted =
    above > 0
      ? `${those} more${isPart ? ` of ${all}` : ''}`
      : isPart
        ? `${those} of ${countOf(inAll, 'change')}`
        : countOf(shown, 'change');
  return `${bold(service ?? none, 120)}  ${counted}`;
}

function linesOf(
  answer: Answer,
  changes: Answer['changes'],
  { now, detail }: Pick<LineOptions, 'now' | 'detail'>,
): readonly Line[] {
  const environment = answer.filters.environment === null;
  return changes.slice(0, mostLines).map((change) => ({
    service: serviceName(change),
    text: changeLine(change, { now, detail, environment }),
  }));
}

function within(budget: number, lines: readonly Line[]): readonly Line[] {
  const end = lines.findIndex((_, index) => costOf(lines.slice(0, index + 1)) > budget);
  return end === -1 ? lines : lines.slice(0, end);
}

/** As JSON, where a quotation mark is two characters. */
function costOf(lines: readonly Line[]): number {
  const services = new Set(lines.map(({ service }) => service));
  const headings = [...services].reduce((total, service) => total + bold(service ?? none, 120).length + headingCost, 0);
  return lines.reduce((total, { text }) => total + JSON.stringify(text).length, headings);
}
