import { z } from 'zod';
import type { State } from '../../domain/signal.ts';
import { Time, name } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { type ReaderContext, ignored, reader } from '../reading/reader.ts';
import { signalled } from '../reading/signal-fields.ts';
import type { Parsed } from '../reading/source.ts';
import { Beside, Incident, incidentSignal, stateOf } from './incident.ts';

/**
 * What the events of an incident mean for how it stands, where their data do not say. `null`: nothing, and it goes on.
 * https://developer.pagerduty.com/docs/webhooks-overview#event-types
 */
const read: ReadonlyMap<string, State | null> = new Map<string, State | null>([
  ['incident.triggered', 'open'],
  ['incident.acknowledged', 'acknowledged'],
  ['incident.unacknowledged', 'open'],
  ['incident.reopened', 'open'],
  ['incident.resolved', 'resolved'],
  ['incident.escalated', null],
  ['incident.reassigned', null],
  ['incident.delegated', null],
  ['incident.priority_updated', null],
  ['incident.title_updated', null],
  ['incident.urgency_updated', null],
  ['incident.service_updated', null],
  ['incident.incident_type.changed', null],
  ['incident.conference_bridge.updated', null],
  ['incident.custom_field_values.updated', null],
  ['incident.status_update_published', null],
  ['incident.responder.added', null],
  ['incident.responder.replied', null],
]);

/** Known and of no use here; each is about an incident that other events tell. */
const unused: readonly (readonly [prefix: string, reason: string])[] = [
  // Often written long after the end, and with nothing of the incident but its name.
  ['incident.annotated', 'a note on an incident'],
  ['incident.workflow.', 'a workflow of an incident'],
  ['incident.role.', 'a role in an incident'],
  ['incident.task.', 'a task of an incident'],
  ['incident.action_invocation.', 'an action on an incident'],
  ['service.', 'a service of PagerDuty itself was edited'],
];

/** Of a note, a responder, a bridge and the like, `data` is that, and holds a reference to the incident. */
const Event = z.object({
  event_type: name(100),
  occurred_at: Time,
  data: z.preprocess(
    (data) => (isObject(data) && isObject(data['incident']) ? data : { incident: data }),
    z.object({ incident: Incident, ...Beside.shape }),
  ),
});

const readIncidentEvent = reader(Event, ({ event_type: type, occurred_at: at, data: { incident, ...beside } }) => {
  const state = stateOf(incident) ?? read.get(type) ?? undefined;
  return signalled([incidentSignal(incident, { type, at, state, beside })]);
});

/** An event of the third generation. */
export function readEvent(type: string, event: unknown, context: ReaderContext): Parsed {
  if (type.startsWith('pagey.')) return { outcome: 'ping' };
  if (read.has(type)) return readIncidentEvent(event, context);
  const known = unused.find(([prefix]) => type.startsWith(prefix));
  return ignored(known?.[1] ?? `${type} is not tracked`);
}
