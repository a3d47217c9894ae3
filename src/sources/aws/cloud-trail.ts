import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { type JsonBounds, outsideJson, outsideText } from '../../domain/outside-text.ts';
import { repetitionOf } from '../../domain/repetition.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { ignored, told } from '../reading/reader.ts';
import { UserIdentity, wordsOf } from './actor.ts';
import { readsOnly, ruleOf } from './api-calls.ts';
import { type ApiCall, productOf, targetOf } from './api-words.ts';
import { camelWords } from './config.ts';
import { TagList, Utc, consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const Parameters = z
  .unknown()
  .optional()
  .transform((value) => (isObject(value) ? value : {}));

const Call = z.object({
  eventID: text(100),
  eventTime: Utc,
  eventName: name(200),
  eventSource: name(200),
  eventType: text(50),
  eventCategory: text(50),
  awsRegion: text(50),
  recipientAccountId: text(50),
  readOnly: z.unknown().optional(),
  errorCode: text(200),
  errorMessage: text(200),
  userIdentity: UserIdentity,
  /** Of the console: `true`, or as text. */
  sessionCredentialFromConsole: z.unknown().optional(),
  requestParameters: Parameters,
  responseElements: Parameters,
});
type Call = z.output<typeof Call>;

/**
 * Only what wrote something: not what was read, not what was refused.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const readApiCall = eventReader(Call, (detail, event, context) => {
  const { errorCode, errorMessage } = detail;
  // UpdateFunctionCode20150331v2
  const operation = detail.eventName.replace(/(?<=[a-z])\d{8}(?:v\d+)?$/i, '');
  const call: ApiCall = {
    service: detail.eventSource.replace(/\.amazonaws\.com(?:\.cn)?$/, ''),
    operation,
    request: detail.requestParameters,
    response: detail.responseElements,
  };
  if (errorCode !== undefined || errorMessage !== undefined) return ignored(`${operation} was refused`);
  if (isRead(detail.readOnly, operation)) return ignored(`${operation} only reads`);
  if (detail.eventCategory === 'Data') return ignored(`${operation} is about data, not about what holds it`);
  const rule = ruleOf(call);
  if ('ignore' in rule) return ignored(`${operation}: ${rule.ignore}`);
  const at = detail.eventTime;
  const place = {
    ...event,
    region: detail.awsRegion ?? event.region,
    account: detail.recipientAccountId ?? event.account,
  };
  const target = targetOf(call);
  const service = rule.kind === 'deploy' ? (rule.service ?? target) : rule.service;
  const tags = TagList.parse(call.request['tagSet'] ?? call.request['tags'] ?? call.request['Tags']);
  const statement: Statement = {
    key: keyOf('cloudtrail', place.account, detail.eventID, operation, momentOf(event, at)),
    ...when(event, context, at),
    phase: rule.phase ?? 'happened',
    kind: detail.eventType === 'AwsServiceEvent' ? 'maintenance' : rule.kind,
    ...placeOf(place, context, { within: [rule.cluster, target], tags, service }),
    ...afterOf(call),
    details: defined({ call: `${call.service}:${operation}`, account: place.account, region: place.region }),
    ...defined({
      title: rule.joins === undefined ? titleOf(call, target) : undefined,
      authority: rule.joins === undefined ? undefined : -1,
      to: rule.to,
      actor: detail.userIdentity.actor,
      traits: isByHand(detail) ? (['by-hand'] as const) : undefined,
      url: pageOf(detail.eventID, place),
    }),
  };
  return told({
    statement,
    identities: [rule.joins ?? identityOf(call, detail, statement, target)],
    mentions: rule.mentions ?? [],
  } satisfies TimelineEvent);
});

/** In the console; what comes from a command line may come from a pipeline. */
function isByHand({ eventType, sessionCredentialFromConsole: console }: Call): boolean {
  return eventType === 'AwsConsoleAction' || console === true || console === 'true';
}

function isRead(readOnly: unknown, operation: string): boolean {
  if (readOnly === true || readOnly === 'true') return true;
  return readOnly !== false && readOnly !== 'false' && readsOnly(operation);
}

const briefly: JsonBounds = { depth: 10, entries: 40, text: 500, values: 200, size: 6000 };

/** What was asked for is what is so afterwards. */
function afterOf({ request }: ApiCall): Pick<Statement, 'after'> {
  const after = outsideJson(request, briefly);
  return Object.keys(after).length === 0 ? {} : { after };
}

function titleOf(call: ApiCall, target: string | undefined): string {
  const words = `${productOf(call.service)}: ${camelWords(call.operation)}${target === undefined ? '' : ` ${target}`}`;
  return outsideText(words, 300) ?? call.operation;
}

/**
 * Each deploy is one. Of other calls those that say the same within an hour are one change; what AWS does in somebody's
 * name (a stack's update that makes forty resources) is one for each kind of call.
 */
function identityOf(
  call: ApiCall,
  detail: Call,
  { kind, key, occurredAt, details }: Statement,
  target?: string,
): Identity {
  if (kind === 'deploy') return { type: 'deployment', value: key };
  const { invokedBy, actor } = detail.userIdentity;
  const asked = createHash('sha256')
    .update(JSON.stringify([target, call.request]))
    .digest('hex');
  const what = [
    call.service,
    call.operation,
    details?.['account'],
    details?.['region'],
    invokedBy ?? asked.slice(0, 16),
  ];
  const words = [...what, wordsOf(actor)].map((each) => outsideText(each, 60));
  return repetitionOf('aws', words, occurredAt);
}

function pageOf(id: string | undefined, place: Parameters<typeof consoleUrl>[0]): string | undefined {
  return id === undefined ? undefined : consoleUrl(place, `cloudtrailv2/home#/events/${encodeURIComponent(id)}`);
}
