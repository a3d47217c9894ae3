import { z } from 'zod';
import { firstCodePoints, outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { ignored, reader } from '../reading/reader.ts';
import type { ReaderContext } from '../reading/reader.ts';
import { labelsOf, signalled } from '../reading/signal-fields.ts';
import type { Parsed } from '../reading/source.ts';
import { type AwsEvent, Utc, consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

interface Alarm {
  readonly name: string;
  readonly arn: string | undefined;
  readonly is: string;
  readonly was: string | undefined;
  /** When it came to be so. */
  readonly at: Date | undefined;
  /** When the state before began, where that is told. */
  readonly before: Date | undefined;
  readonly reason: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

const State = z.object({ value: name(50), reason: text(1000), timestamp: Utc });

const AlarmDetail = z.object({
  alarmName: name(300),
  state: State,
  previousState: z.object({ value: text(50), timestamp: Utc }).nullish(),
  configuration: z
    .object({
      metrics: z
        .array(z.object({ metricStat: z.object({ metric: z.unknown() }).nullish() }))
        .max(500)
        .nullish(),
    })
    .nullish(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const readAlarm = eventReader(AlarmDetail, (detail, event, context) => {
  const metric = detail.configuration?.metrics?.find((each) => isObject(each.metricStat?.metric))?.metricStat?.metric;
  const alarm: Alarm = {
    name: detail.alarmName,
    arn: event.resources.find((each) => each.includes(':alarm:')),
    is: detail.state.value,
    was: detail.previousState?.value,
    at: detail.state.timestamp,
    before: detail.previousState?.timestamp,
    reason: detail.state.reason,
    labels: isObject(metric) ? metricLabels(metric['namespace'], metric['name'], metric['dimensions']) : {},
  };
  return signalOf(alarm, event, context);
});

const Notified = z.object({
  AlarmName: name(300),
  AlarmArn: text(500),
  NewStateValue: name(50),
  OldStateValue: text(50),
  NewStateReason: text(1000),
  StateChangeTime: Utc,
  Trigger: z.unknown().optional(),
});

/** What an alarm's action sends to a topic of SNS; it never says since when the state before was so. */
export function readNotifiedAlarm(event: AwsEvent, context: ReaderContext): Parsed {
  const read = reader(Notified, (detail) => {
    const trigger = isObject(detail.Trigger) ? detail.Trigger : {};
    const listed = Array.isArray(trigger['Dimensions']) ? trigger['Dimensions'] : [];
    const dimensions = listed.flatMap((each) => (isObject(each) ? [[each['name'], each['value']] as const] : []));
    const alarm: Alarm = {
      name: detail.AlarmName,
      arn: detail.AlarmArn,
      is: detail.NewStateValue,
      was: detail.OldStateValue,
      at: detail.StateChangeTime,
      before: undefined,
      reason: detail.NewStateReason,
      labels: metricLabels(
        trigger['Namespace'],
        trigger['MetricName'],
        Object.fromEntries(dimensions.map(([key, value]) => [outsideText(key, 100) ?? '', value])),
      ),
    };
    return signalOf(alarm, event, context, { timeless: true });
  });
  return read(event.detail, context);
}

/**
 * A firing is told by when its alarm went off, which the event of its end says too. Without that (SNS) all firings of
 * an alarm are one incident, opened again.
 */
function signalOf(alarm: Alarm, event: AwsEvent, context: ReaderContext, { timeless = false } = {}): Parsed {
  const firing = alarm.is === 'ALARM';
  // Without data it is not known to fire, and its next word would not say that it had.
  if (!firing && alarm.was !== 'ALARM') return ignored('an alarm that did not fire');
  const object = alarm.arn ?? `${event.account ?? ''}:${event.region ?? ''}:${alarm.name}`;
  const began = firing ? alarm.at : alarm.before;
  const time = when(event, context, alarm.at);
  return signalled([
    {
      key: keyOf('alarm', object, alarm.is, momentOf(event, alarm.at)),
      subject: keyOf('alarm', object, timeless ? undefined : began?.toISOString()),
      state: firing ? 'open' : 'resolved',
      ...time,
      title: alarm.name,
      labels: {
        ...alarm.labels,
        ...(alarm.reason === undefined ? {} : { reason: firstCodePoints(alarm.reason, 300) }),
      },
      ...placeOf(event, context, {
        within: [
          alarm.name,
          alarm.labels['ClusterName'],
          alarm.labels['DBInstanceIdentifier'],
          alarm.labels['LoadBalancer'],
        ],
        service: alarm.labels['ServiceName'] ?? alarm.labels['Service'] ?? alarm.labels['FunctionName'],
      }),
      ...defined({
        startedAt: firing ? undefined : began?.toISOString(),
        url: consoleUrl(event, `cloudwatch/home#alarmsV2:alarm/${encodeURIComponent(alarm.name)}`),
      }),
    },
  ]);
}

function metricLabels(namespace: unknown, metric: unknown, dimensions: unknown): Readonly<Record<string, string>> {
  return labelsOf({ namespace, metric, ...(isObject(dimensions) ? dimensions : {}) }) ?? {};
}
