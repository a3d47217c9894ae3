import type { ActionsBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { Composed } from '../../domain/digest/digest.ts';
import type { SlackMessage } from '../send.ts';
import { button, context } from './blocks.ts';
import type { ChartForm } from './digest-chart.ts';
import { type When, whenWords } from './digest-settings.ts';
import { renderDigest } from './digest.ts';

export function renderPreview(
  composed: Composed,
  { chart, port, now }: { readonly chart: ChartForm; readonly port: When; readonly now: Date },
): SlackMessage {
  const { text, blocks } = renderDigest(composed.digest, { chart, week: null, mute: null });
  const quiet = composed.outcome === 'quiet' ? `Told today, it would be left out: ${composed.why} ` : '';
  const notice = `A preview: only you see this. ${quiet}${whenWords(port, now)}`;
  return { text: `${text}\n${notice}`, blocks: [...blocks, context(notice), more('Show its thread', 0)] };
}

/** One of the thread, where Slack takes no more of them until who reads presses for the `rest` of them. */
export function withRest({ text, blocks }: SlackMessage, from: number, rest: number): SlackMessage {
  return { text, blocks: [...blocks, more(`Show ${countOf(rest, 'more message')}`, from)] };
}

function more(label: string, from: number): ActionsBlock {
  return { type: 'actions', elements: [button('digest_thread', { label, value: String(from) })] };
}
