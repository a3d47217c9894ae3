import type { KnownBlock } from '@slack/types';
import { changeName, countOf, tookEffect } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { spanWords, sumWords } from '../../domain/subscriptions/flood.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import type { Summary } from '../../subscriptions/summaries.ts';
import type { SlackMessage } from '../send.ts';
import { section } from './blocks.ts';
import { link, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { sentences } from './incident-heading.ts';
import { footOf } from './subscription-foot.ts';
import { type Voice, drawn, written } from './voice.ts';

const longest = 2900;
const mostServices = 10;

/** Many changes in one message, edited in place while more come and as they go. */
export function renderSummary(summary: Summary, subscription: Subscription): SlackMessage {
  const voice = drawn(summary.began_at);
  const lines = [voice.strong(headline(summary), 400), ...factLines(summary, voice)];
  const blocks: KnownBlock[] = [section(fitting(lines, longest)), ...footOf(subscription)];
  return { text: fitting([outside(headline(summary), 400), ...factLines(summary, written)], longest), blocks };
}

/** In its thread and to the channel. */
export function renderFailures(summary: Summary): SlackMessage {
  const count = failedIn(summary);
  if (count === 0) return sentences('What failed there has succeeded since.');
  return sentences(
    fitting(
      [`:x: *${countOf(count, 'has', 'have')} failed*`, ...failedLines(summary, drawn(summary.began_at))],
      longest,
    ),
  );
}

export function failedIn({ changes }: Pick<Summary, 'changes'>): number {
  return changes.filter(({ status }) => status === 'failed').length;
}

/** `23 deploys of 7 services in 10 minutes, 2 failed`. */
function headline({ changes, late }: Summary): string {
  const { what, courses } = sumWords(changes);
  const [first] = changes;
  const last = changes.at(-1);
  const span = first === undefined || last === undefined ? '' : ` ${spanWords(first.at, last.at)}`;
  const said = [`${what}${span}`, ...courses].join(', ');
  return late ? `Told late: ${said}` : said;
}

function factLines(summary: Summary, voice: Voice): readonly string[] {
  const { changes, late, told_before: before } = summary;
  const [first] = changes;
  const last = changes.at(-1);
  const services = [...Map.groupBy(changes, ({ services }) => services[0] ?? 'no service named')]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([service, some]) => `${outside(service, 60)} ${some.length.toLocaleString('en')}`);
  const rest = services.length - mostServices;
  const listed = [...services.slice(0, mostServices), ...(rest > 0 ? [countOf(rest, 'more service')] : [])].join(' · ');
  const why = late
    ? 'Slack could not be told at the time.'
    : `So many at once are told together${before > 0 ? `, beside ${countOf(before, 'message')} just before` : ''}.`;
  return [
    ...(first === undefined || last === undefined
      ? []
      : [
          `From ${voice.at(first.at)} to ${voice.at(last.at)}. ${why} \`/since\` lists each.`.replaceAll(
            '`',
            voice === written ? '' : '`',
          ),
        ]),
    ...(services.length > 1 ? [listed] : []),
    ...failedLines(summary, voice),
  ];
}

function failedLines(summary: Summary, voice: Voice): readonly string[] {
  const more = failedIn(summary) - summary.failed.length;
  return [
    ...summary.failed.map((change) => `•  failed: ${nameOf(change, voice)} ${voice.at(tookEffect(change))}`),
    ...(more > 0 ? [`and ${countOf(more, 'more')} that failed`] : []),
  ];
}

function nameOf(change: Change, voice: Voice): string {
  const name = outside(changeName(change).replaceAll('|', '¦'), 150) || 'a change';
  return voice === written ? name : (link(change.runUrl ?? change.url, name) ?? name);
}
