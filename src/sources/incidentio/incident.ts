import { z } from 'zod';
import type { Signal, State } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, name, text } from '../reading/fields.ts';
import { ignored, reader } from '../reading/reader.ts';
import { channelOfUrl, labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';
import type { Parsed } from '../reading/source.ts';
import { type NamedValues, namesOfFields } from './named-values.ts';

const Status = z.object({ name: text(100), category: text(50) }).nullish();

/** Each account has its own; an incident is read whatever they are. */
const CustomFields = z
  .array(
    z.object({
      custom_field: z.object({ name: text(100) }),
      values: z
        .array(
          z.object({
            value_option: z.object({ value: text(200) }).nullish(),
            value_catalog_entry: z.object({ name: text(200) }).nullish(),
            value_text: text(200),
            value_numeric: text(200),
          }),
        )
        .nullish(),
    }),
  )
  .nullish()
  .transform((fields): readonly NamedValues[] =>
    (fields ?? []).slice(0, 100).map(({ custom_field: field, values }) => ({
      name: field.name ?? '',
      values: (values ?? [])
        .slice(0, 20)
        .flatMap((value) =>
          [
            value.value_option?.value ?? value.value_catalog_entry?.name ?? value.value_text ?? value.value_numeric,
          ].filter((each) => each !== undefined),
        ),
    })),
  )
  .catch([]);

/** Points in time of which each account has its own; that of the impact is the one an incident begins with. */
const Timestamps = z
  .array(
    z.object({
      incident_timestamp: z.object({ name: text(100) }).nullish(),
      value: z.object({ value: Time.nullish() }).nullish(),
    }),
  )
  .nullish()
  .catch(undefined);

const Incident = z.object({
  id: name(100),
  reference: text(100),
  name: text(300),
  permalink: WebUrl,
  mode: text(50),
  created_at: Time.nullish(),
  updated_at: Time.nullish(),
  incident_status: Status,
  severity: z.object({ name: text(100) }).nullish(),
  incident_type: z.object({ name: text(200) }).nullish(),
  slack_channel_id: text(50),
  slack_channel_name: text(100),
  slack_channel_url: WebUrl,
  custom_field_entries: CustomFields,
  incident_timestamp_values: Timestamps,
});
type Incident = z.output<typeof Incident>;

/** https://docs.incident.io/incidents/lifecycle: what becomes of an incident after the response is for learning. */
const states: ReadonlyMap<string | undefined, State> = new Map([
  ['triage', 'open'],
  ['live', 'open'],
  ['paused', 'open'],
  ['learning', 'resolved'],
  ['closed', 'resolved'],
  ['declined', 'resolved'],
  ['merged', 'resolved'],
  ['canceled', 'resolved'],
  ['cancelled', 'resolved'],
]);

/** `test` and `tutorial` are for practice. */
const practice: readonly (string | undefined)[] = ['test', 'tutorial'];

export const readIncident = reader(z.object({ type: z.string(), told: Incident }), ({ type, told }, { receivedAt }) =>
  incidentTold(told, { type, category: told.incident_status?.category, receivedAt }),
);

export const readStatusUpdate = reader(
  z.object({ type: z.string(), told: z.object({ incident: Incident, new_status: Status }) }),
  ({ type, told: { incident, new_status: status } }, { receivedAt }) =>
    incidentTold(incident, { type, category: status?.category ?? incident.incident_status?.category, receivedAt }),
);

function incidentTold(
  incident: Incident,
  { type, category, receivedAt }: { type: string; category: string | undefined; receivedAt: Date },
): Parsed {
  if (practice.includes(incident.mode)) return ignored('an incident for practice');
  const at = incident.updated_at ?? incident.created_at ?? undefined;
  const fields = incident.custom_field_entries;
  const impact = incident.incident_timestamp_values?.find(({ incident_timestamp: timestamp }) =>
    /^(?:impact )?start(?:ed)?(?: at)?$/i.test(timestamp?.name ?? ''),
  )?.value?.value;
  const signal: Signal = {
    key: `incidentio:${incident.id}:${type}:${category ?? ''}:${at?.toISOString() ?? ''}`,
    source: 'incidentio',
    subject: incident.id,
    occurredAt: (at ?? receivedAt).toISOString(),
    clock: at === undefined ? 'received' : 'source',
    ...defined({
      state: states.get(category),
      startedAt: (impact ?? incident.created_at)?.toISOString(),
      title: incident.name,
      reference: incident.reference,
      severity: severityOf(incident.severity?.name),
      ...namesOfFields(fields),
      url: incident.permalink,
      channel: incident.slack_channel_id ?? channelOfUrl(incident.slack_channel_url) ?? incident.slack_channel_name,
      labels: labelsOf({
        ...Object.fromEntries(fields.map((field) => [field.name, field.values.join(', ')])),
        incident_type: incident.incident_type?.name,
      }),
    }),
  };
  return signalled([signal]);
}
