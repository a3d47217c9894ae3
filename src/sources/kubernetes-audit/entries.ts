import { isObject, parseJson } from '../reading/json.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One audit event, or one log entry of GKE, with what stands around it about the cluster. */
export interface Entry {
  readonly event: Fields;
  readonly cluster: unknown;
  readonly environment: unknown;
  /** Of the wrapping, for events that have none. */
  readonly time: unknown;
}

/** The audit events in a body. Undefined: it is nothing that holds any. */
export function entriesIn(body: unknown): readonly Entry[] | undefined {
  if (Array.isArray(body)) return body.length > 0 && body.every(isOne) ? body.flatMap(entriesOf) : undefined;
  return isOne(body) ? entriesOf(body) : undefined;
}

function isOne(body: unknown): boolean {
  return isObject(body) && (isList(body) || isEvent(body) || isAzure(body) || isCloudWatch(body) || isGoogle(body));
}

function entriesOf(body: unknown): readonly Entry[] {
  if (!isObject(body)) return [];
  const around = { cluster: body['cluster'], environment: body['environment'], time: undefined };
  if (isList(body)) return listIn(body['items']).map((event) => ({ ...around, ...ownOf(event), event }));
  if (isAzure(body)) return azure(body);
  if (isCloudWatch(body)) return cloudWatch(body);
  if (isGoogle(body)) return [google(body)];
  return [{ ...around, event: body }];
}

function ownOf(event: Fields): Partial<Entry> {
  const { cluster, environment } = event;
  return { ...(cluster === undefined ? {} : { cluster }), ...(environment === undefined ? {} : { environment }) };
}

function isList(body: Fields): boolean {
  return body['kind'] === 'EventList' && Array.isArray(body['items']);
}

function isEvent(body: Fields): boolean {
  const version = body['apiVersion'];
  return (
    (body['kind'] === 'Event' && typeof version === 'string' && version.startsWith('audit.k8s.io/')) ||
    (typeof body['auditID'] === 'string' && typeof body['verb'] === 'string')
  );
}

/** Diagnostic settings of AKS: one record, or `records` as Event Hubs sends them. */
function isAzure(body: Fields): boolean {
  const records = body['records'];
  if (Array.isArray(records)) return records.length > 0 && records.every((each) => isObject(each) && isRecord(each));
  return isRecord(body);
}

function isRecord(record: Fields): boolean {
  const { category, properties } = record;
  return typeof category === 'string' && category.startsWith('kube-audit') && isObject(properties);
}

function azure(body: Fields): readonly Entry[] {
  const records = Array.isArray(body['records']) ? listIn(body['records']) : [body];
  return records.map((record) => {
    const properties = record['properties'];
    const id = record['resourceId'];
    const cluster = typeof id === 'string' ? /\/managedClusters\/([^/]{1,200})/i.exec(id)?.[1] : undefined;
    const event = eventIn(isObject(properties) ? properties['log'] : undefined);
    return { event, cluster, environment: undefined, time: record['time'] };
  });
}

/** A subscription of CloudWatch Logs to the log group of an EKS cluster, unpacked. */
function isCloudWatch(body: Fields): boolean {
  const events = body['logEvents'];
  return Array.isArray(events) && events.every((each) => isObject(each) && typeof each['message'] === 'string');
}

function cloudWatch(body: Fields): readonly Entry[] {
  const group = body['logGroup'];
  const cluster = typeof group === 'string' ? /^\/aws\/eks\/([^/]{1,200})\//.exec(group)?.[1] : undefined;
  return listIn(body['logEvents']).map((each) => ({
    event: eventIn(each['message']),
    cluster,
    environment: undefined,
    time: each['timestamp'],
  }));
}

/** A log entry of Google Cloud, whose payload is its own form of an audit event. */
function isGoogle(body: Fields): boolean {
  const payload = body['protoPayload'];
  if (!isObject(payload)) return false;
  const method = payload['methodName'];
  return payload['serviceName'] === 'k8s.io' || (typeof method === 'string' && method.startsWith('io.k8s.'));
}

function google(body: Fields): Entry {
  const resource = body['resource'];
  const labels = isObject(resource) && isObject(resource['labels']) ? resource['labels'] : {};
  return { event: body, cluster: labels['cluster_name'], environment: undefined, time: body['timestamp'] };
}

function eventIn(text: unknown): Fields {
  const event = typeof text === 'string' ? parseJson(text) : text;
  return isObject(event) ? event : {};
}

function listIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
