import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import type { ReaderContext } from '../reading/reader.ts';
import { signalled } from '../reading/signal-fields.ts';
import type { Parsed } from '../reading/source.ts';
import { type AwsEvent, Utc, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const Health = z.object({
  eventArn: name(400),
  service: text(100),
  eventTypeCode: name(200),
  eventTypeCategory: name(50),
  statusCode: text(50),
  startTime: Utc,
  endTime: Utc,
  lastUpdatedTime: Utc,
  eventRegion: text(50),
  eventDescription: z
    .array(z.object({ language: text(20), latestDescription: text(1000) }))
    .max(20)
    .nullish(),
});
type Health = z.output<typeof Health>;

/**
 * A fault at AWS is an incident; its maintenance is a change once it begins. What it only asks of an account is neither.
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const readHealth = eventReader(Health, (detail, event, context) => {
  switch (detail.eventTypeCategory) {
    case 'issue':
      return fault(detail, event, context);
    case 'scheduledChange':
      return maintenance(detail, event, context);
    default:
      return ignored(`a notice of AWS Health (${detail.eventTypeCategory})`);
  }
});

function fault(detail: Health, event: AwsEvent, context: ReaderContext): Parsed {
  const closed = detail.statusCode === 'closed';
  const at = closed ? (detail.endTime ?? detail.lastUpdatedTime ?? event.time) : (detail.lastUpdatedTime ?? event.time);
  const account = event.account === undefined ? {} : { account: event.account };
  return signalled([
    {
      key: keyOf('health', detail.eventArn, event.account, detail.statusCode, momentOf(event, at)),
      subject: keyOf('health', detail.eventArn, event.account),
      state: closed ? 'resolved' : 'open',
      ...when(event, context, at),
      title: titleOf(detail),
      labels: { ...account, ...defined({ service: detail.service, region: detail.eventRegion }) },
      ...placeOf(event, context, {}),
      ...defined({ startedAt: detail.startTime?.toISOString() }),
    },
  ]);
}

const phases: Readonly<Record<string, Phase>> = { upcoming: 'mentioned', open: 'started', closed: 'succeeded' };

function maintenance(detail: Health, event: AwsEvent, context: ReaderContext): Parsed {
  const phase = lookUp(phases, detail.statusCode ?? 'upcoming');
  if (phase === undefined) return ignored(`maintenance in the state ${detail.statusCode}`);
  const at = phase === 'succeeded' ? detail.endTime : phase === 'started' ? detail.startTime : detail.lastUpdatedTime;
  const plausible = at !== undefined && at <= context.receivedAt ? at : undefined;
  const object = keyOf('health', detail.eventArn, event.account);
  return told({
    statement: {
      key: keyOf(object, phase, momentOf(event, plausible)),
      ...when(event, context, plausible),
      phase,
      kind: 'maintenance',
      title: titleOf(detail),
      ...placeOf(event, context, {}),
      ...defined({
        reason: (
          detail.eventDescription?.find((each) => each.language?.startsWith('en')) ?? detail.eventDescription?.[0]
        )?.latestDescription,
        startedAt: phase === 'mentioned' ? undefined : detail.startTime?.toISOString(),
      }),
    },
    identities: [{ type: 'maintenance', value: object }],
    mentions: [],
  });
}

/** `AWS EC2 in eu-west-1: operational issue` of `AWS_EC2_OPERATIONAL_ISSUE`. */
function titleOf({ service = '', eventTypeCode, eventRegion }: Health): string {
  const words = eventTypeCode
    .replace(/^AWS_/, '')
    .replace(new RegExp(`^${service.replaceAll(/[^A-Z0-9]/gi, '')}_`, 'i'), '')
    .replaceAll('_', ' ')
    .toLowerCase();
  return (
    outsideText(`AWS ${service}${eventRegion === undefined ? '' : ` in ${eventRegion}`}: ${words}`, 300) ?? 'AWS Health'
  );
}
