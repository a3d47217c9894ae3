import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import type { Signal, State } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, name, text } from '../reading/fields.ts';
import { channelOfUrl, labelsOf, severityOf } from '../reading/signal-fields.ts';

const Named = z.object({ summary: text(200), name: text(200) }).nullish();

/** Fields that an account adds to its incidents; of its own name, so only those that say where and what are looked at. */
const CustomFields = z.array(z.object({ name: text(100), value: z.unknown() })).nullish();

/**
 * An incident as all generations of webhooks tell it. Of a reference only id, link and summary are told.
 * https://developer.pagerduty.com/docs/webhooks-overview#event-data-types
 */
export const Incident = z.object({
  id: name(100),
  html_url: WebUrl,
  number: z.number().int().nullish(),
  incident_number: z.number().int().nullish(),
  status: text(50),
  title: text(300),
  summary: text(300),
  trigger_summary_data: z.object({ subject: text(300), description: text(300) }).nullish(),
  created_at: Time.nullish(),
  created_on: Time.nullish(),
  last_status_change_at: Time.nullish(),
  last_status_change_on: Time.nullish(),
  incident_key: text(200),
  service: Named,
  teams: z.array(Named).nullish(),
  priority: Named,
  urgency: text(50),
  conference_bridge: z.object({ conference_url: WebUrl }).nullish(),
  custom_fields: CustomFields,
});
export type Incident = z.output<typeof Incident>;

/** What stands beside the incident where it is only referred to: the bridge or the fields that were changed. */
export const Beside = z.object({ conference_url: WebUrl, custom_fields: CustomFields });
export type Beside = z.output<typeof Beside>;

const states: ReadonlyMap<string | undefined, State> = new Map([
  ['triggered', 'open'],
  ['acknowledged', 'acknowledged'],
  ['resolved', 'resolved'],
]);

export function stateOf({ status }: Incident): State | undefined {
  return states.get(status);
}

/** `type` and `at` are those of the event, equal in all its deliveries and for all its subscribers. */
export function incidentSignal(
  incident: Incident,
  { type, at, state, beside }: { type: string; at: Date; state: State | undefined; beside?: Beside },
): Signal {
  const fields = [...(incident.custom_fields ?? []), ...(beside?.custom_fields ?? [])].slice(0, 100);
  const field = (pattern: RegExp) => {
    const value = fields.findLast((each) => pattern.test(each.name ?? ''))?.value;
    return outsideText(Array.isArray(value) ? value[0] : value, 200);
  };
  const number = incident.number ?? incident.incident_number;
  return {
    key: `pagerduty:${incident.id}:${type}:${at.toISOString()}`,
    source: 'pagerduty',
    subject: incident.id,
    occurredAt: at.toISOString(),
    clock: 'source',
    ...defined({
      state,
      startedAt: (incident.created_at ?? incident.created_on)?.toISOString(),
      title: titleOf(incident),
      reference: typeof number === 'number' ? `#${number}` : undefined,
      severity: severityOf(incident.priority?.summary ?? incident.priority?.name) ?? severityOfUrgency(incident),
      environmentName: field(/^env(?:ironment)?$/i),
      serviceName: incident.service?.summary ?? incident.service?.name,
      url: incident.html_url,
      channel:
        channelOfUrl(beside?.conference_url) ??
        channelOfUrl(incident.conference_bridge?.conference_url) ??
        field(/^slack[ _-]?channel(?:[ _-]?id)?$/i),
      labels: labelsOf({
        incident_key: incident.incident_key,
        team: incident.teams?.[0]?.summary ?? incident.teams?.[0]?.name,
      }),
    }),
  };
}

/** A reference of the second generation begins its summary with the number: `[#33] Checkout is slow`. */
function titleOf({ title, summary, trigger_summary_data: trigger }: Incident): string | undefined {
  return title ?? summary?.replace(/^\[#\d+\] (?=.)/, '') ?? trigger?.subject ?? trigger?.description;
}

/** What an account without priorities has. */
function severityOfUrgency({ urgency }: Incident): Signal['severity'] {
  return urgency === 'high' ? 'error' : urgency === 'low' ? 'warning' : undefined;
}
