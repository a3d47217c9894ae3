import type { SectionBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { alertName, alertState } from '../../domain/alert-words.ts';
import { section } from './blocks.ts';
import { bold, link, outside } from './escape.ts';
import { readerTime } from './time.ts';

const mostAlerts = 3;

/** Alerts that were open in the time asked about. */
export function alertBlocks({ alerts }: Answer, now: Date): readonly SectionBlock[] {
  if (alerts.length === 0) return [];
  const lines = alerts.slice(0, mostAlerts).map((alert) => {
    const words = outside(alertName(alert).replaceAll('|', '¦'), 80) || 'incident';
    const name = link(alert.url, words) ?? words;
    const title = bold(alert.title, 160);
    return `•  ${readerTime(alert.startedAt, now)}  ${title} · ${outside(alertState(alert), 200)} · ${name}`;
  });
  const rest = alerts.length - mostAlerts;
  const more = rest > 0 ? [`… and ${rest.toLocaleString('en')} more`] : [];
  return [section(['*Incidents and alerts*', ...lines, ...more].join('\n'))];
}
