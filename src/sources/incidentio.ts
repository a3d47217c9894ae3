import { readAlert } from './incidentio/alert.ts';
import { readIncident, readStatusUpdate } from './incidentio/incident.ts';
import { isObject } from './reading/json.ts';
import { type Reader, ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** By what stands between `public_` and the version of `event_type`. */
const readers: ReadonlyMap<string, Reader> = new Map([
  ['incident.incident_created', readIncident],
  ['incident.incident_updated', readIncident],
  ['incident.incident_status_updated', readStatusUpdate],
  ['alert.alert_created', readAlert],
  ['alert.alert_resolved', readAlert],
]);

/** https://docs.incident.io/api-reference/webhooks: `{"event_type": T, T: {…}}`. */
export const incidentio: SourceDefinition = {
  name: 'incidentio',
  title: 'incident.io',
  authentication: [{ by: 'standard-webhooks' }],
  headers: ['webhook-id'],
  conceal: (body) => withoutPrivate(body),
  deliveryKey: ({ headers }) => keyIn(headers['webhook-id']),
  parse,
};

function keyIn(header: string | undefined): string | null {
  return header !== undefined && /^[\w-]{1,100}$/.test(header) ? header : null;
}

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const type = isObject(body) ? body['event_type'] : undefined;
  if (!isObject(body) || typeof type !== 'string' || !/^\w{1,60}\.\w{1,100}$/.test(type)) {
    return { outcome: 'malformed', error: 'the body has no event_type', notWhatItSends: true };
  }
  // Of a private incident nothing but its id is told, its end neither: it would stay open for good.
  if (type.startsWith('private_') || isPrivate(body[type])) return ignored('it is private');
  const read = readers.get(/^public_(.+)_v\d+$/.exec(type)?.[1] ?? '');
  if (read === undefined) return ignored(`${type} is not tracked`);
  const parsed = read({ type, told: body[type] }, { receivedAt, catalog });
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${type}: ${parsed.error}` } : parsed;
}

function isPrivate(told: unknown): boolean {
  const incident = isObject(told) && isObject(told['incident']) ? told['incident'] : told;
  return isObject(incident) && incident['visibility'] === 'private';
}

/** What is kept of something private is the id that public events give of it, whatever else was sent. */
function withoutPrivate(body: unknown): unknown {
  if (!isObject(body)) return body;
  const type = body['event_type'];
  if (typeof type !== 'string') return body;
  const told = body[type];
  if (!type.startsWith('private_') && !isPrivate(told)) return body;
  const incident = isObject(told) && isObject(told['incident']) ? told['incident'] : told;
  return {
    event_type: type,
    [type]: { ...(isObject(incident) ? { id: incident['id'] } : {}), visibility: 'private' },
  };
}
