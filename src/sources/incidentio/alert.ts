import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, name, text } from '../reading/fields.ts';
import { reader } from '../reading/reader.ts';
import { labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';
import { type NamedValues, namesOfFields } from './named-values.ts';

const Value = z.object({
  label: text(200),
  literal: text(200),
  catalog_entry: z.object({ name: text(200) }).nullish(),
});

const Attributes = z
  .array(
    z.object({
      attribute: z.object({ name: text(100) }),
      value: Value.nullish(),
      array_value: z.array(Value).nullish(),
    }),
  )
  .nullish()
  .transform((attributes): readonly NamedValues[] =>
    (attributes ?? []).slice(0, 100).map(({ attribute, value, array_value: values }) => ({
      name: attribute.name ?? '',
      values: (value ? [value] : (values ?? []).slice(0, 20))
        .map((each) => each.catalog_entry?.name ?? each.label ?? each.literal)
        .filter((each) => each !== undefined),
    })),
  )
  .catch([]);

const Alert = z.object({
  id: name(100),
  title: text(300),
  status: text(50),
  source_url: WebUrl,
  created_at: Time.nullish(),
  updated_at: Time.nullish(),
  resolved_at: Time.nullish(),
  attributes: Attributes,
});

/** An alert that incident.io took in, whether or not an incident came of it. */
export const readAlert = reader(
  z.object({ type: z.string(), told: Alert }),
  ({ type, told: alert }, { receivedAt }) => {
    const over = type.includes('alert_resolved') || alert.status === 'resolved';
    const at = (over ? (alert.resolved_at ?? alert.updated_at) : alert.created_at) ?? undefined;
    const rank = alert.attributes.find((each) => /^(?:priority|severity)$/i.test(each.name));
    return signalled([
      {
        key: `incidentio:alert:${alert.id}:${over ? 'resolved' : 'firing'}`,
        source: 'incidentio',
        subject: `alert:${alert.id}`,
        state: over ? 'resolved' : 'open',
        occurredAt: (at ?? receivedAt).toISOString(),
        clock: at === undefined ? 'received' : 'source',
        ...defined({
          startedAt: alert.created_at?.toISOString(),
          title: alert.title,
          severity: severityOf(rank?.values[0]),
          ...namesOfFields(alert.attributes),
          url: alert.source_url,
          labels: labelsOf(Object.fromEntries(alert.attributes.map((each) => [each.name, each.values.join(', ')]))),
        }),
      },
    ]);
  },
);
