import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Statement } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { environmentIn } from '../reading/deploy-name.ts';
import { isObject } from '../reading/json.ts';
import { type ReaderContext, reader } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';

/** What surrounds every event: https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html */
export interface AwsEvent {
  readonly id: string | undefined;
  /** `detail-type`. */
  readonly type: string;
  /** `aws.codedeploy`. */
  readonly source: string;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly time: Date | undefined;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export type EventReader = (event: AwsEvent, context: ReaderContext) => Parsed;

/** A reader of events whose `detail` has this shape. */
export function eventReader<T>(
  shape: z.ZodType<T>,
  parsedOf: (detail: T, event: AwsEvent, context: ReaderContext) => Parsed,
): EventReader {
  return (event, context) => reader(shape, (detail, inner) => parsedOf(detail, event, inner))(event.detail, context);
}

/** AWS writes some times without a zone: they are UTC. What is no time is as if it were not there. */
export const Utc = z
  .unknown()
  .optional()
  .transform((value) => utc(value));

export function utc(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const internet = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|\+0000)$/.test(value);
  return parseTimestamp(internet ? new Date(value).toISOString() : value, 'UTC') ?? undefined;
}

/** Undefined when it has not the form of an event. */
export function awsEventOf(value: unknown): AwsEvent | undefined {
  if (!isObject(value)) return undefined;
  // Notifications of the developer tools spell it in camel case.
  const type = outsideText(value['detail-type'] ?? value['detailType'], 200);
  const source = outsideText(value['source'], 200);
  if (type === undefined || source === undefined) return undefined;
  return {
    type,
    source: source.toLowerCase(),
    id: outsideText(value['id'], 100),
    account: outsideText(value['account'], 50),
    region: outsideText(value['region'], 50),
    time: utc(value['time']),
    resources: Array.isArray(value['resources'])
      ? value['resources'].slice(0, 20).flatMap((each) => outsideText(each, 500) ?? [])
      : [],
    detail: value['detail'],
  };
}

/** When it was, by the event's own fields first. */
export function when(
  event: AwsEvent,
  { receivedAt }: ReaderContext,
  told?: Date,
): Pick<Statement, 'source' | 'occurredAt' | 'clock'> {
  const time = told ?? event.time;
  return { source: 'aws', occurredAt: (time ?? receivedAt).toISOString(), clock: time ? 'source' : 'received' };
}

/** Tells news of the same state apart, and is the same when they are sent again. */
export function momentOf(event: AwsEvent, told?: Date): string {
  return (told ?? event.time)?.toISOString() ?? event.id ?? 'untimed';
}

/** `aws:<part>:<part>…`, at most 300 characters. The first part may be such a key itself. */
export function keyOf(...parts: readonly (string | number | undefined)[]): string {
  const joined = outsideText(parts.map((part) => part ?? '').join(':'), 3000) ?? '';
  const key = joined.startsWith('aws:') ? joined : `aws:${joined}`;
  return key.length <= 300 ? key : `aws:${createHash('sha256').update(key).digest('hex')}`;
}

interface Told {
  /** Names in which an environment may be a word, surest first. */
  readonly within?: readonly (string | undefined)[];
  readonly tags?: Tags | undefined;
  /** What the source itself calls the place, when nothing else names an environment. */
  readonly place?: string | undefined;
  readonly service?: string | undefined;
}

/**
 * Where it was and what it was about, as far as that is told: by a tag, by an environment's name as a word of the names
 * given, by the number of the account where the settings have it as an environment's alias.
 */
export function placeOf(
  event: AwsEvent,
  { catalog: { environments } }: ReaderContext,
  { within = [], tags = {}, place, service }: Told,
): Pick<Statement, 'environmentName' | 'serviceName'> {
  const named = within.map((name) => environmentIn(name ?? '', environments)).find((name) => name !== null);
  const environment = tags.environment ?? named ?? environments.get(event.account ?? '') ?? place;
  const about = tags.service ?? service;
  return {
    ...(environment === undefined ? {} : { environmentName: environment }),
    ...(about === undefined ? {} : { serviceName: about }),
  };
}

export interface Tags {
  readonly environment?: string | undefined;
  readonly service?: string | undefined;
}

const environmentTags = ['environment', 'env', 'deployment.environment.name'];
const serviceTags = ['service', 'service.name', 'app', 'application', 'app.kubernetes.io/name'];

/** What the usual tags say, from either form in which AWS writes tags: an object, or a list of keys and values. */
export const TagList = z
  .unknown()
  .optional()
  .transform((value): Tags => {
    const tags = new Map(pairsOf(value).map(([key, tag]) => [key.toLowerCase(), tag]));
    const first = (names: readonly string[]) => names.flatMap((name) => tags.get(name) ?? [])[0];
    return { environment: first(environmentTags), service: first(serviceTags) };
  });

function pairsOf(value: unknown): readonly (readonly [string, string])[] {
  const listed = isObject(value) && Array.isArray(value['items']) ? value['items'] : value;
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(listed)
    ? listed
        .slice(0, 60)
        .map(
          (tag) =>
            (isObject(tag) ? [tag['key'] ?? tag['Key'], tag['value'] ?? tag['Value']] : []) as [unknown, unknown],
        )
    : isObject(listed)
      ? Object.entries(listed).slice(0, 60)
      : [];
  return pairs.flatMap(([key, tag]) => {
    const [name, text] = [outsideText(key, 200), outsideText(tag, 200)];
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
}

/** `checkout` of `arn:aws:codedeploy:eu-west-1:111122223333:application:checkout`, of a path its last part. */
export function lastOfArn(arn: string): string {
  return arn.split(/[:/]/).findLast((part) => part !== '') ?? arn;
}

/** A page of the console, in the partition whose address we know. */
export function consoleUrl({ region }: AwsEvent, path: string): string | undefined {
  const known = region !== undefined && /^(?!cn-|us-gov-|us-iso|eu-isoe-)[a-z]{2,3}(?:-[a-z]+){1,2}-\d$/.test(region);
  return known ? `https://${region}.console.aws.amazon.com/${path}` : undefined;
}
