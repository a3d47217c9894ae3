import type { Button, KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { ParityReport, ParityVerdict } from '../../domain/comparison/difference.ts';
import { groupsOf } from '../../domain/parity/groups.ts';
import { verdictWords } from '../../domain/parity/words.ts';
import { encodeParity } from '../parity/state.ts';
import type { SlackMessage } from '../send.ts';
import { button, section } from './blocks.ts';
import { bold, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { groupBlock, groupText } from './parity-group.ts';
import { overviewButton } from './parity-buttons.ts';

export interface ListOptions {
  readonly verdict: ParityVerdict;
  /** Groups before the page. */
  readonly offset: number;
  readonly now: Date;
  readonly writers: ReadonlyMap<string, string>;
}

export const perPage = 10;
const budget = 9500;
const longestText = 3500;

/** All differences of one verdict, a page at a time. */
export function renderParityList(report: ParityReport, { verdict, offset, now, writers }: ListOptions): SlackMessage {
  const { pair, service } = report;
  const groups = groupsOf(report.differences.filter((difference) => difference.verdict === verdict));
  const from = offset < groups.length ? offset : 0;
  const options = { pair, now, writers, state: { pair, service, verdict: null, offset: 0 } };
  const page = groups.slice(from, from + perPage);
  const blocks: KnownBlock[] = [];
  let left = budget;
  for (const [index, group] of page.entries()) {
    const block = groupBlock(group, index, options);
    left -= JSON.stringify(block).length;
    if (left < 0) break;
    blocks.push(block);
  }
  const until = from + blocks.length;
  const place = service === null ? '' : ` of ${service}`;
  const words = verdictWords(verdict, pair);
  const keys = countOf(report.counts[verdict], 'key');
  const head = groups.length === 0 ? `Nothing${place} is ${words}` : `${keys}${place} ${words}`;
  const range = groups.length > blocks.length ? `  ${from + 1}–${until} of ${countOf(groups.length, 'group')}` : '';
  const line = (text: string) => outside(text, 300);
  const texts = page.slice(0, blocks.length).map((group) => `- ${groupText(group, options)}`);
  const text = [line(`${head}, ${pair.mirror} against ${pair.reference}.${range}`), ...texts];
  const state = { pair, service, verdict };
  const move = (action: string, label: string, to: number): readonly Button[] => {
    const value = encodeParity({ ...state, offset: to });
    return value === null ? [] : [button(action, { label, value })];
  };
  const back = encodeParity({ ...state, verdict: null, offset: 0 });
  const elements = [
    ...(from > 0 ? move('parity_previous', 'Previous', Math.max(0, from - perPage)) : []),
    ...(until < groups.length ? move('parity_next', 'Next', until) : []),
    ...(back === null ? [] : [overviewButton(back)]),
  ];
  return {
    text: fitting(text, longestText),
    blocks: [
      section(`${bold(head, 300)}${range}\n${outside(pair.mirror, 80)} against ${outside(pair.reference, 80)}`),
      ...blocks,
      ...(elements.length === 0 ? [] : [{ type: 'actions' as const, elements }]),
    ],
  };
}
