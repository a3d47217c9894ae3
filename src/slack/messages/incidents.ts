import type { SectionBlock } from '@slack/types';
import type { Answer } from '../../domain/answer.ts';
import { incidentName, incidentState } from '../../domain/incident-words.ts';
import { section } from './blocks.ts';
import { bold, link, outside } from './escape.ts';
import { readerTime } from './time.ts';

const mostIncidents = 3;

/** Incidents and alerts that were open in the time asked about. */
export function incidentBlocks({ incidents }: Answer, now: Date): readonly SectionBlock[] {
  if (incidents.length === 0) return [];
  const lines = incidents.slice(0, mostIncidents).map((incident) => {
    const words = outside(incidentName(incident).replaceAll('|', '¦'), 80) || 'incident';
    const name = link(incident.url, words) ?? words;
    const title = bold(incident.title, 160);
    return `•  ${readerTime(incident.startedAt, now)}  ${title} · ${outside(incidentState(incident), 200)} · ${name}`;
  });
  const rest = incidents.length - mostIncidents;
  const more = rest > 0 ? [`… and ${rest.toLocaleString('en')} more`] : [];
  return [section(['*Incidents and alerts*', ...lines, ...more].join('\n'))];
}
