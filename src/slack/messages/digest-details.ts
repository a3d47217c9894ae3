import type { KnownBlock, TableBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import { ageOf, oldWords } from '../../domain/digest/age.ts';
import type { Pair } from '../../domain/comparison/difference.ts';
import type {
  BackportLine,
  Digest,
  DriftLine,
  PairServices,
  RuleLine,
  ServiceLine,
} from '../../domain/digest/digest.ts';
import { shorten } from '../../domain/shorten.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { bold, link, outside } from './escape.ts';
import { fitting } from './fitting.ts';

const longestText = 3500;
const longestList = 2900;
/** Of each list, in words alone. */
const mostWritten = 6;
const mostNamed = 5;
const hint = 'All of it: /parity, or `sincewhen parity` and `sincewhen backports list`';

/**
 * What stands in the thread: a table for each pair of environments, as Slack takes one for each message, and two more. Of
 * one digest it is always as many messages: none is ever added or left over.
 */
export function renderDetails(digest: Digest): readonly SlackMessage[] {
  const { details, head } = digest;
  const { others = [], morePairs = 0 } = details;
  const usual = { ...details, pair: head.pair };
  const tables = [usual, ...others];
  return [
    ...tables.map((each, index) =>
      each.services.length === 0
        ? plain(noService(each.pair, tables.length))
        : renderServices(each, index + 1 === tables.length ? morePairs : 0),
    ),
    renderToDo(digest),
    renderKept(digest),
  ];
}

function noService({ mirror, reference }: Pair, pairs: number): string {
  const where = pairs === 1 ? '' : ` in ${outside(mirror, 60)} or ${outside(reference, 60)}`;
  return `No service is known yet: none was deployed${where}.`;
}

/** `morePairs`: of which there is no table. */
function renderServices({ pair, services, servicesInAll }: PairServices, morePairs: number): SlackMessage {
  const title = `${countOf(servicesInAll, 'service')}, ${pair.mirror} against ${pair.reference}`;
  const more = servicesInAll - services.length;
  const lines = services.map(
    ({ service, reference, mirror, state, unexplained, backports }) =>
      `${service}: ${reference ?? 'none'} / ${mirror ?? 'none'}, ${state}${unexplained === 0 ? '' : `, ${unexplained} unexplained`}${backports === 0 ? '' : `, ${countOf(backports, 'backport')}`}`,
  );
  const rest = [
    ...(more > 0 ? [`and ${countOf(more, 'more service')} with less to say. ${hint}`] : []),
    ...(morePairs > 0 ? [`and ${countOf(morePairs, 'more pair')} of environments. ${hint}`] : []),
  ];
  return {
    text: fitting(
      [`${title}:`, ...rest, ...lines].map((line) => outside(line, 300)),
      longestText,
    ),
    blocks: [
      section(bold(title, 300)),
      serviceTable(services, pair.reference, pair.mirror),
      ...rest.map((line) => context(outside(line.replaceAll('`', ''), 300))),
    ],
  };
}

function serviceTable(services: readonly ServiceLine[], reference: string, mirror: string): TableBlock {
  // 10,000 characters of 60 rows and their header.
  const cell = (text: string, limit: number) => ({ type: 'raw_text' as const, text: shorten(text, limit) || ' ' });
  const count = (value: number) => cell(value === 0 ? '–' : value.toLocaleString('en'), 10);
  return {
    type: 'table',
    rows: [
      ['Service', reference, mirror, 'Versions', 'Unexplained', 'Backports'].map((each) => cell(each, 30)),
      ...services.map(({ service, reference: here, mirror: there, state, unexplained, backports }) => [
        cell(service, 40),
        cell(here ?? '–', 24),
        cell(there ?? '–', 24),
        cell(state, 40),
        count(unexplained),
        count(backports),
      ]),
    ],
    column_settings: [{}, {}, {}, {}, { align: 'right' }, { align: 'right' }],
  };
}

function renderToDo({ details }: Digest): SlackMessage {
  const { drifts, driftsInAll, backports, backportsInAll } = details;
  return listed([
    {
      title:
        driftsInAll === 0 ? 'Nothing is unexplained' : `${countOf(driftsInAll, 'difference')} to look at, by cause`,
      lines: drifts.map(driftLine),
      inAll: driftsInAll,
    },
    {
      title:
        backportsInAll === 0 ? 'No backport is open' : `${countOf(backportsInAll, 'backport')} open, the oldest first`,
      lines: backports.map(backportLine),
      inAll: backportsInAll,
    },
  ]);
}

/** The same drawn by Slack, and in words alone. */
interface Line {
  readonly drawn: string;
  readonly written: string;
}

function lineOf(
  title: string,
  facts: readonly string[],
  { owner = null, url = null }: { readonly owner?: string | null; readonly url?: string | null } = {},
): Line {
  const rest = `${facts.filter((part) => part !== '').join(' · ')}${owner === null ? '' : ` → ${owner}`}`;
  const said = outside(rest, 300);
  const words = outside(title, 120);
  const named = words === '' ? '' : (link(url, words.replaceAll('|', '∣')) ?? bold(title, 120));
  return { drawn: `${named} ${said}`, written: `${words} ${said}` };
}

function driftLine({ title, place, sides, age, owner }: DriftLine): Line {
  return lineOf(title, [place, sides, age], { owner });
}

function backportLine({ title, service, mirror, days, state, owner, url }: BackportLine): Line {
  // Of a fact that is owed, the title begins with it.
  const whose = service === null || title.startsWith(`${service}: `) ? '' : service;
  return lineOf(title, [whose, mirror === undefined ? '' : `not in ${mirror}`, ageOf(days), state], {
    owner,
    url,
  });
}

/** What is meant, and how far all this can be relied on. What is well is told in one line. */
function renderKept({ details, services }: Digest): SlackMessage {
  const { expiring, idle, idleInAll, silent, data, intended } = details;
  const known = data.flatMap(({ environment, days }) => (days === null ? [] : [lineOf(environment, [oldWords(days)])]));
  const lists: readonly (List & { readonly well?: string })[] = [
    {
      title: 'Accepted differences that end within 14 days',
      lines: expiring.map((rule) => ruleLine(rule, endWords(rule))),
      inAll: expiring.length,
      well: meantWords(intended),
    },
    {
      title: 'Rules that match nothing: mend or delete them',
      lines: idle.map((rule) => ruleLine(rule, '')),
      inAll: idleInAll,
      well: 'every rule matches something',
    },
    {
      title: 'Collectors that went silent',
      lines: silent.map(({ environment, collector, days }) => lineOf(collector, [`of ${environment}, ${ageOf(days)}`])),
      inAll: silent.length,
      // Of some services alone nobody looks at collectors.
      ...(services === null ? { well: 'every collector reports' } : {}),
    },
    { title: 'Data', lines: known, inAll: known.length },
  ];
  const told = listed(lists.filter(({ lines }) => lines.length > 0));
  const well = lists.flatMap((list) => (list.lines.length === 0 ? (list.well ?? []) : []));
  const rest = [
    ...(well.length === 0
      ? []
      : [`All is well${told.blocks.length === 0 ? '' : ' with the rest'}: ${well.join(', ')}.`]),
    ...unsaidWords(data.flatMap(({ environment, days }) => (days === null ? [environment] : []))),
  ];
  return {
    text: fitting(
      [told.text, ...rest].filter((line) => line !== ''),
      longestText,
    ),
    blocks: [...told.blocks, ...(rest.length === 0 ? [] : [section(rest.join('\n'))])],
  };
}

function meantWords(intended: number): string {
  const end = 'within 14 days';
  if (intended === 0) return `nothing that is meant ends ${end}`;
  return intended === 1
    ? `1 difference is meant and does not end ${end}`
    : `${countOf(intended, 'difference')} are meant and none ends ${end}`;
}

/** Environments of which nobody says how old their data are. */
function unsaidWords(environments: readonly string[]): readonly string[] {
  if (environments.length === 0) return [];
  const named = environments.slice(0, mostNamed).map((each) => outside(each, 60));
  const more = environments.length - named.length;
  return [`Nobody said when the data of ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} were refreshed.`];
}

function endWords({ expires, days }: RuleLine): string {
  return days === 0 ? 'today is its last day' : `until ${expires ?? ''}`;
}

function ruleLine({ what, reason, owner }: RuleLine, ends: string): Line {
  return lineOf(what, [reason, ends], { owner });
}

interface List {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly inAll: number;
}

/** Each list within a block of its own, and all within one message. */
function listed(lists: readonly List[]): SlackMessage {
  const budget = Math.floor(9000 / Math.max(1, lists.length));
  const blocks = lists.flatMap(({ title, lines, inAll }): readonly KnownBlock[] => {
    const text = fitting([bold(title, 200), ...lines.map(({ drawn }) => `•  ${drawn}`)], Math.min(budget, longestList));
    const more = inAll - (text.split('\n').length - 1);
    return [section(text), ...(more > 0 ? [context(`and ${more.toLocaleString('en')} more. ${hint}`)] : [])];
  });
  const text = lists.flatMap(({ title, lines, inAll }) => [
    `${outside(title, 200)}${inAll === 0 ? '.' : ':'}`,
    ...lines.slice(0, mostWritten).map(({ written }) => `- ${written}`),
    ...(inAll > mostWritten ? [`and ${(inAll - mostWritten).toLocaleString('en')} more: /parity`] : []),
  ]);
  return { text: fitting(text, longestText), blocks };
}

function plain(words: string): SlackMessage {
  return { text: words, blocks: [section(words)] };
}
