import type { KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import { alertName, alertState } from '../../domain/alert-words.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { Alert, IncidentAlerts } from '../../incidents/alerts.ts';
import { button, context, section } from './blocks.ts';
import { bold, link, outside } from './escape.ts';
import { incidentHeading, sentences } from './incident-heading.ts';
import { readerTime } from './time.ts';

const most = 10;

type Message = { readonly text: string; readonly blocks: readonly KnownBlock[] };

/** The alerts of an incident, each with a button for when it is another fault. */
export function renderAlertsToPart(incident: Incident, { alerts, going, over }: IncidentAlerts, now: Date): Message {
  if (alerts.length === 0) return sentences(`${incidentHeading(incident)} has no alerts, so there is nothing to part.`);
  const shown = alerts.slice(0, most);
  const rest = going + over - shown.length;
  const first = `*Which alert is not of* ${incidentHeading(incident)}*?* It gets an incident of its own.`;
  return {
    text: [first, ...shown.map(({ title }) => outside(title, 150))].join('\n'),
    blocks: [
      section(first),
      ...shown.map((alert) => ({
        ...section(alertWords(alert, now)),
        accessory: button('incident_part', { label: 'Part', value: `${incident.id}:${alert.id}` }),
      })),
      ...(rest > 0 ? [context(`${countOf(rest, 'more alert')}: over HTTP all are listed, and can be parted.`)] : []),
    ],
  };
}

function alertWords(alert: Alert, now: Date): string {
  const words = outside(alertName(alert).replaceAll('|', '¦'), 80) || 'alert';
  const name = link(alert.url, words) ?? words;
  return `${bold(alert.title, 160)}\n${readerTime(alert.startedAt, now)} · ${outside(alertState(alert), 200)} · ${name}`;
}

export function renderParted(incident: Incident, from: Incident): Message {
  return sentences(`The alert is ${incidentHeading(incident)} now, and no longer of ${incidentHeading(from)}.`);
}
