import type { Overflow, SectionBlock } from '@slack/types';
import type { Difference, Pair } from '../../domain/comparison/difference.ts';
import { type DifferenceGroup, groupPlace, groupTitle } from '../../domain/parity/groups.ts';
import { ageWords, differSince, sidesWords, valueWords } from '../../domain/parity/words.ts';
import { type ParityState, encodeAbout, encodeParity } from '../parity/state.ts';
import { section } from './blocks.ts';
import { bold, code, italic, link, outside } from './escape.ts';
import { readerTime } from './time.ts';

export interface GroupOptions {
  readonly pair: Pair;
  readonly now: Date;
  /** By the id of a difference, who wrote it last. */
  readonly writers: ReadonlyMap<string, string>;
  /** What was asked, for the menu; null: no menu. */
  readonly state: ParityState | null;
}

const mostKeys = 2;
const longestBlockId = 255;

/** One group: what it is called and where, both values, since when and by whom, and why it is judged so. */
export function groupBlock(group: DifferenceGroup, index: number, options: GroupOptions): SectionBlock {
  const menu = menuOf(group, index, options);
  const block = section(groupLines(group, options).join('\n'));
  return menu === null ? block : { ...block, ...menu };
}

function groupLines(group: DifferenceGroup, { pair, now, writers }: GroupOptions): readonly string[] {
  const { differences } = group;
  const [first, ...more] = differences;
  const head = `${bold(groupTitle(group, 120), 200)}  ${outside(groupPlace(group), 160)}`.trim();
  const cause = causeWords(first, now);
  const isSaid = first.rule !== null || group.verdict === 'unexplained';
  const why = isSaid ? '' : italic(first.why, 200);
  const facts = [ageOf(first, now), writerOf(differences, writers), cause].filter((part) => part !== '');
  if (more.length === 0) return [head, `${sidesDrawn(first, pair)} · ${facts.join(' · ')}`, why].filter(notEmpty);
  const some = differences
    .slice(0, mostKeys)
    .map((each) => `${code(each.key, 80)} ${outside(sidesWords(each, pair, 40), 160)}`);
  const rest = differences.length - some.length;
  return [
    head,
    [...some, ...(rest > 0 ? [`${rest.toLocaleString('en')} more`] : [])].join(' · '),
    facts.join(' · '),
    why,
  ].filter(notEmpty);
}

/** The same for text that Slack does not draw. */
export function groupText(group: DifferenceGroup, { pair, now, writers }: GroupOptions): string {
  const [first, ...more] = group.differences;
  const writer = writerOf(group.differences, writers);
  const age = first.verdict === 'forbidden-equality' ? '' : `, ${ageWords(first, now)}`;
  const place = groupPlace(group);
  const sides = more.length === 0 ? `: ${outside(sidesWords(first, pair, 60), 200)}` : '';
  return `${outside(groupTitle(group, 120), 200)}${place === '' ? '' : ` (${outside(place, 120)})`}${sides}${age}${writer === '' ? '' : `, ${writer}`}`;
}

function sidesDrawn({ verdict, reference, mirror }: Difference, pair: Pair): string {
  const value = (side: Difference['reference']) =>
    side === null || side.secret ? outside(valueWords(side), 200) : code(valueWords(side), 200);
  if (verdict === 'forbidden-equality') {
    const both = reference ?? mirror;
    return both?.secret === true ? 'the same secret in both' : `${value(both)} in both`;
  }
  if (reference?.secret === true && mirror?.secret === true) return 'another secret in each';
  return `${outside(pair.reference, 60)} ${value(reference)}, ${outside(pair.mirror, 60)} ${value(mirror)}`;
}

function ageOf(difference: Difference, now: Date): string {
  if (difference.verdict === 'forbidden-equality') return '';
  const since = differSince(difference);
  const age = ageWords(difference, now);
  // Of a cause its own time is told.
  return since === null || difference.cause !== null ? age : `${age} (${readerTime(since, now)})`;
}

function writerOf(differences: readonly Difference[], writers: ReadonlyMap<string, string>): string {
  const known = differences.flatMap(({ id }) => writers.get(id) ?? []);
  const [writer] = known;
  return writer === undefined ? '' : `last written by ${outside(writer, 60)}`;
}

function causeWords({ cause, rule }: Difference, now: Date): string {
  if (cause !== null) {
    // In a link it would stand for its words.
    const title = outside(cause.title.replaceAll('|', '¦'), 140);
    const named = link(cause.url, title === '' ? 'a change' : title) ?? title;
    return `${cause.confidence === 'likely' ? 'likely ' : ''}${named} ${readerTime(cause.at, now)}`;
  }
  if (rule === null) return '';
  const owner = outside(rule.owner ?? '', 60);
  const until = rule.expires === null ? '' : `until ${outside(rule.expires, 20)}`;
  return [outside(rule.reason, 160), owner === '' ? '' : `owner ${owner}`, until].filter(notEmpty).join(' · ');
}

function menuOf(
  { id, verdict }: DifferenceGroup,
  index: number,
  { state }: GroupOptions,
): { readonly block_id: string; readonly accessory: Overflow } | null {
  const encoded = state === null ? null : encodeParity({ ...state, verdict: null, offset: 0 });
  const block = `parity${index}:${encoded ?? ''}`;
  if (encoded === null || block.length > longestBlockId || verdict === 'intended' || verdict === 'unknown') return null;
  const option = (choice: 'explain' | 'accept', text: string) => ({
    text: { type: 'plain_text' as const, text, emoji: false },
    value: encodeAbout(choice, id),
  });
  return {
    block_id: block,
    accessory: {
      type: 'overflow',
      action_id: 'parity_about',
      options: [
        ...(verdict === 'forbidden-equality' ? [] : [option('explain', 'Explain: it was this change…')]),
        option('accept', 'Accept: it is meant…'),
      ],
    },
  };
}

function notEmpty(text: string): boolean {
  return text !== '';
}
