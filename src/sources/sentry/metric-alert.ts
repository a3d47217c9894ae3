import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, text } from '../reading/fields.ts';
import { ignored, reader } from '../reading/reader.ts';
import { labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';
import { Said } from './said-at.ts';

const Id = z.union([z.string(), z.number()]).nullish();
const MaybeTime = Time.nullish().catch(undefined);

const MetricAlertBody = z.object({
  action: z.string(),
  said: Said,
  data: z.object({
    description_text: text(300),
    description_title: text(300),
    web_url: WebUrl,
    metric_alert: z.object({
      id: Id,
      title: text(300),
      projects: z.array(z.unknown()).nullish().catch(undefined),
      date_started: MaybeTime,
      date_detected: MaybeTime,
      date_closed: MaybeTime,
      alert_rule: z
        .object({
          id: Id,
          name: text(300),
          environment: z.unknown().optional(),
          query: text(300),
          aggregate: text(200),
        })
        .nullish(),
    }),
  }),
});

/**
 * A threshold that a metric crossed: each time an incident of its own, which may get worse and better until it is over.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/metric-alerts/
 */
export const readMetricAlert = reader(MetricAlertBody, ({ action, said, data }) => {
  if (!['critical', 'warning', 'resolved'].includes(action)) return ignored(`a metric alert that is ${action}`);
  const { metric_alert: alert } = data;
  const rule = alert.alert_rule;
  const id = outsideText(alert.id ?? undefined, 50) ?? `rule:${outsideText(rule?.id ?? undefined, 50) ?? ''}`;
  const closed = action === 'resolved' ? (alert.date_closed ?? undefined) : undefined;
  const at = closed ?? said.at;
  const which = closed?.toISOString() ?? said.delivery ?? at.toISOString();
  const [project, ...others] = alert.projects ?? [];
  return signalled([
    {
      key: `sentry:metric-alert:${id}:${action}:${which}`,
      source: 'sentry',
      subject: `metric-alert:${id}`,
      state: action === 'resolved' ? 'resolved' : 'open',
      occurredAt: at.toISOString(),
      clock: closed === undefined ? said.clock : 'source',
      ...defined({
        startedAt: (alert.date_started ?? alert.date_detected)?.toISOString(),
        title:
          rule?.name ?? alert.title ?? data.description_title?.replace(/^(?:critical|warning|resolved): (?=.)/i, ''),
        severity: action === 'resolved' ? undefined : severityOf(action),
        environmentName: outsideText(rule?.environment, 200),
        serviceName: others.length === 0 ? outsideText(project, 200) : undefined,
        url: data.web_url,
        labels: labelsOf({ aggregate: rule?.aggregate, query: rule?.query, description: data.description_text }),
      }),
    },
  ]);
});
