import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Signal } from '../../domain/signal.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { defined } from './defined.ts';
import { WebUrl } from './fields.ts';
import { isObject } from './json.ts';
import { ignored } from './reader.ts';
import { labelsOf, severityOf } from './signal-fields.ts';
import type { Parsed } from './source.ts';

const Texts = z
  .unknown()
  .optional()
  .transform((value) => labelsOf(value, 100) ?? {});

/** Go's zero time means that there is none. */
const MaybeTime = z
  .unknown()
  .optional()
  .transform((value) => parseTimestamp(value) ?? undefined);

/**
 * An alert of a group as Alertmanager posts it
 * (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and Grafana after it.
 */
const FiringAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: Texts,
  startsAt: MaybeTime,
  endsAt: MaybeTime,
  generatorURL: WebUrl,
  dashboardURL: WebUrl,
  panelURL: WebUrl,
  fingerprint: z.string().max(100).nullish(),
});
export type FiringAlert = z.output<typeof FiringAlert>;

/** Beyond that a delivery tells of one large failure, and a list of it helps nobody. */
const most = 1000;

/** Every alert of a delivery; of one that cannot be read, and of those that are too many, `rejected` tells. */
export function readAlerts(
  { alerts, truncatedAlerts }: { readonly alerts: readonly unknown[]; readonly truncatedAlerts?: unknown },
  source: string,
  receivedAt: Date,
): Parsed {
  const read = alerts.slice(0, most).map((alert) => FiringAlert.safeParse(alert));
  const told = read.flatMap((each) => (each.success ? [each.data] : []));
  const rejected = read.flatMap((each, index) => (each.success ? [] : [{ index, error: 'is not an alert' }]));
  if (told.length === 0 && rejected.length > 0) {
    return { outcome: 'malformed', error: 'alerts: none of them is one', notWhatItSends: false };
  }
  const meant = told.filter((alert) => !isOfNoSeverity(alert));
  if (meant.length === 0) return ignored(told.length === 0 ? 'no alerts' : 'only alerts of severity none');
  const cut = Math.max(alerts.length - most, 0) + countOf(truncatedAlerts);
  const left = cut === 0 ? [] : [{ index: read.length, error: `${cut} more alerts were cut` }];
  return {
    outcome: 'events',
    events: [],
    signals: meant.map((alert) => signalOf(alert, source, receivedAt)),
    ...(rejected.length + left.length === 0 ? {} : { rejected: [...rejected, ...left] }),
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** `none` is what kube-prometheus gives those that only serve the alerting itself (`Watchdog` fires at all times). */
function isOfNoSeverity({ labels }: FiringAlert): boolean {
  return labels['severity'] === 'none';
}

function signalOf(alert: FiringAlert, source: string, receivedAt: Date): Signal {
  const { status, startsAt, labels } = alert;
  const subject = subjectOf(alert);
  const firing = status === 'firing';
  // One that ends before it begins was told by two clocks.
  const endsAt = alert.endsAt && startsAt && alert.endsAt < startsAt ? startsAt : alert.endsAt;
  const at = firing ? startsAt : endsAt;
  const named = namesIn(labels);
  return {
    key: `${source}:${subject}:${status}${firing || at === undefined ? '' : `:${at.toISOString()}`}`,
    source,
    subject,
    state: firing ? 'open' : 'resolved',
    occurredAt: (at ?? receivedAt).toISOString(),
    clock: at === undefined ? 'received' : 'source',
    ...defined({
      startedAt: startsAt?.toISOString(),
      title: titleOf(alert),
      severity: severityOf(labels['severity'] ?? labels['priority'] ?? labels['level']),
      environmentName: named.environment,
      serviceName: named.service,
      url: alert.panelURL ?? alert.dashboardURL ?? alert.generatorURL,
      labels: labelsOf(labels),
    }),
  };
}

/** Old versions send no fingerprint, which is a hash of the labels. */
function subjectOf({ fingerprint, labels, startsAt }: FiringAlert): string {
  const given = outsideText(fingerprint ?? undefined, 100);
  const sorted = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const alert = given ?? createHash('sha256').update(sorted).digest('hex').slice(0, 16);
  return startsAt === undefined ? alert : `${alert}@${startsAt.toISOString()}`;
}

/** Where a datasource is silent or fails, Grafana alerts in the rule's name and with its summary, which does not hold. */
function titleOf({ labels, annotations }: FiringAlert): string | undefined {
  const { alertname, rulename } = labels;
  if (alertname === 'DatasourceNoData' && rulename !== undefined) return `No data: ${rulename}`;
  if (alertname === 'DatasourceError' && rulename !== undefined) return `Cannot be evaluated: ${rulename}`;
  return (
    annotations['summary'] ?? annotations['title'] ?? annotations['message'] ?? alertname ?? annotations['description']
  );
}

const environmentLabels = ['environment', 'env', 'deployment_environment_name', 'deployment_environment', 'stage'];
const serviceLabels = [
  'service_name',
  'service',
  'app_kubernetes_io_name',
  'app',
  'application',
  'deployment',
  'statefulset',
  'daemonset',
  'job',
];

/** Whose metrics are about others: a `service` or `job` of theirs says who measured. */
const exporter =
  /^(?:kube-state-metrics|.*exporter|node|kubelet|cadvisor|kubernetes-.*|integrations\/.*|blackbox.*|pushgateway|prometheus.*|.*-?alertmanager.*|grafana.*|federate)$/;

/**
 * Only labels that are there to name an environment or a service; a namespace or a cluster may stand for either. Of
 * `namespace/name`, as OpenTelemetry and pod monitors write jobs, the name counts.
 */
export function namesIn(labels: Readonly<Record<string, string>>): {
  readonly environment: string | undefined;
  readonly service: string | undefined;
} {
  const named = new Map(
    Object.entries(labels).map(([name, value]) => [name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'), value]),
  );
  const first = (names: readonly string[], holds: (value: string) => boolean) =>
    names.map((name) => named.get(name)).find((value) => value !== undefined && holds(value));
  const service = first(serviceLabels, (value) => !exporter.test(value.toLowerCase()));
  return {
    environment: outsideText(
      first(environmentLabels, () => true),
      200,
    ),
    service: outsideText(service?.slice(service.lastIndexOf('/') + 1), 200),
  };
}

/** Whether it has the envelope that Alertmanager gave the format. */
export function isAlertGroup(body: unknown): body is { readonly alerts: readonly unknown[] } {
  return isObject(body) && Array.isArray(body['alerts']);
}
