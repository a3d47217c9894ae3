import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import type { Entry } from './entries.ts';

/** One request to the API server that has been answered. */
export interface Request {
  readonly id: string | undefined;
  readonly at: Date | undefined;
  readonly verb: string;
  readonly username: string | undefined;
  /** As whom it was made, where that is another. */
  readonly impersonated: string | undefined;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly group: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly uri: string;
  /** The program that made it, as it calls itself. */
  readonly agent: string | undefined;
  readonly cluster: string | undefined;
  readonly environment: string | undefined;
  /** What was sent, and what came back, where the audit policy keeps them. */
  readonly sent: unknown;
  readonly answer: unknown;
}

export type RequestRead =
  | { readonly outcome: 'request'; readonly request: Request }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'malformed'; readonly error: string };

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** What opens a way into a pod; newer clients do so with GET. */
export const ways = new Set(['exec', 'attach', 'portforward']);

const AuditEvent = z.object({
  auditID: text(100),
  verb: z.string(),
  user: z.object({ username: text(200) }).nullish(),
  impersonatedUser: z.object({ username: text(200) }).nullish(),
  objectRef: z.object({
    resource: name(200),
    subresource: text(100),
    apiGroup: text(200),
    namespace: text(100),
    name: text(253),
  }),
  requestURI: text(2000),
  userAgent: text(300),
  responseStatus: z.object({ code: z.number().nullish() }).nullish(),
});

/** Looked at first, because most of a batch is reads: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export function requestOf(entry: Entry): RequestRead {
  const { event } = entry;
  if (isObject(event['protoPayload'])) return ofGoogle(event['protoPayload'], entry);
  const { stage, verb, objectRef } = event;
  if (stage !== undefined && stage !== 'ResponseComplete') return ignored('a stage before the answer');
  const subresource = isObject(objectRef) ? objectRef['subresource'] : undefined;
  if (typeof verb === 'string' && !isWrite(verb, subresource)) return ignored('only reads');
  if (objectRef === undefined || objectRef === null) return ignored('a request to no object');
  const read = AuditEvent.safeParse(event);
  if (!read.success) return malformed(read.error);
  const { auditID, user, impersonatedUser, responseStatus, requestURI, userAgent, objectRef: object } = read.data;
  if (!isDone(responseStatus?.code)) return ignored('what was refused');
  const times = [event['requestReceivedTimestamp'], event['stageTimestamp'], event['timestamp'], entry.time];
  return {
    outcome: 'request',
    request: {
      id: auditID,
      at: timeIn(times),
      verb: read.data.verb,
      username: user?.username,
      impersonated: impersonatedUser?.username,
      resource: object.resource.toLowerCase(),
      subresource: object.subresource,
      group: object.apiGroup,
      namespace: object.namespace,
      name: object.name ?? nameIn(event['responseObject']) ?? nameIn(event['requestObject']),
      uri: requestURI ?? '',
      agent: userAgent,
      sent: event['requestObject'],
      answer: event['responseObject'],
      ...placeOf(entry),
    },
  };
}

const GooglePayload = z.object({
  methodName: z.string().max(300),
  resourceName: text(1000),
  authenticationInfo: z.object({ principalEmail: text(200) }).nullish(),
  requestMetadata: z.object({ callerSuppliedUserAgent: text(300) }).nullish(),
  status: z.object({ code: z.number().nullish() }).nullish(),
});

/** https://cloud.google.com/kubernetes-engine/docs/how-to/audit-logging: `io.k8s.apps.v1.deployments.patch`. */
function ofGoogle(payload: Readonly<Record<string, unknown>>, entry: Entry): RequestRead {
  const read = GooglePayload.safeParse(payload);
  if (!read.success) return malformed(read.error);
  const { methodName, resourceName, authenticationInfo, requestMetadata, status } = read.data;
  const [, groups, , path] = /^io\.k8s\.(.+?)\.(v\d\w*)\.([\w.]+)$/.exec(methodName) ?? [];
  const [resource = '', ...further] = path?.split('.') ?? [];
  const verb = further.at(-1);
  if (verb === undefined) return ignored('a method that is no request to an object');
  const subresource = further.length > 1 ? further[0] : undefined;
  if (!isWrite(verb, subresource)) return ignored('only reads');
  // Codes of gRPC: 0 is success.
  if ((status?.code ?? 0) !== 0) return ignored('what was refused');
  const [, namespace, , name] = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?/.exec(resourceName ?? '') ?? [];
  const unspaced = /\/v\d\w*\/(?!namespaces\/[^/]+\/)[^/]+\/([^/]+)/.exec(resourceName ?? '')?.[1];
  return {
    outcome: 'request',
    request: {
      id: outsideText(entry.event['insertId'], 100),
      at: timeIn([entry.time]),
      verb,
      username: authenticationInfo?.principalEmail,
      impersonated: undefined,
      resource: resource.toLowerCase(),
      subresource,
      group: groups === 'core' ? undefined : groups,
      namespace,
      name: name ?? unspaced ?? nameIn(payload['response']) ?? nameIn(payload['request']),
      uri: '',
      agent: requestMetadata?.callerSuppliedUserAgent,
      sent: payload['request'],
      answer: payload['response'],
      ...placeOf(entry),
    },
  };
}

function isWrite(verb: string, subresource: unknown): boolean {
  return writes.has(verb) || (verb === 'get' && typeof subresource === 'string' && ways.has(subresource));
}

/** 101: a way into a pod was opened. Without a code nothing says that it was refused. */
function isDone(code: number | null | undefined): boolean {
  return code === undefined || code === null || code === 101 || (code >= 200 && code < 300);
}

/** Some collectors leave out the zone of what is always UTC. */
function timeIn(values: readonly unknown[]): Date | undefined {
  return values.map((value) => parseTimestamp(value, 'UTC')).find((time) => time !== null) ?? undefined;
}

function nameIn(object: unknown): string | undefined {
  const metadata = isObject(object) ? object['metadata'] : undefined;
  return isObject(metadata) ? outsideText(metadata['name'], 253) : undefined;
}

function placeOf({ cluster, environment }: Entry): Pick<Request, 'cluster' | 'environment'> {
  return { cluster: outsideText(cluster, 200), environment: outsideText(environment, 200) };
}

function ignored(reason: string): RequestRead {
  return { outcome: 'ignored', reason };
}

function malformed(error: z.ZodError): RequestRead {
  const [issue] = error.issues;
  return { outcome: 'malformed', error: outsideText(`${issue?.path.join('.')}: ${issue?.message}`, 300) ?? '' };
}
