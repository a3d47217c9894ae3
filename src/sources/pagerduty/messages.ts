import { z } from 'zod';
import type { Signal, State } from '../../domain/signal.ts';
import { Time, name } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { ignored } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { Incident, incidentSignal, stateOf } from './incident.ts';

const entry = z.object({ created_at: Time }).nullish().catch(undefined);

/** The second generation has `event` and `incident`; the first `type` and `data.incident`, and no log entries. */
const Told = z.object({
  event: name(100),
  incident: Incident,
  log_entries: z.array(entry).nullish(),
  created_on: Time.nullish(),
});

/** The first generation has `type` and `data.incident` where the second has `event` and `incident`. */
const AnyMessage = z.preprocess((message) => {
  if (!isObject(message) || !isObject(message['data'])) return message;
  return { ...message, event: message['type'], incident: message['data']['incident'] };
}, Told);

const states: ReadonlyMap<string, State> = new Map([
  ['incident.trigger', 'open'],
  ['incident.acknowledge', 'acknowledged'],
  ['incident.unacknowledge', 'open'],
  ['incident.resolve', 'resolved'],
]);

/** More than a sender ever put together. */
const most = 100;

/**
 * Messages of the first two generations, which existing extensions still send
 * (https://developer.pagerduty.com/docs/webhooks-v2-overview).
 */
export function readMessages(messages: readonly unknown[]): Parsed {
  const read = messages.slice(0, most).map((message) => signalOf(message));
  if (read.length === 0) return ignored('no messages');
  const signals = read.flatMap((each) => (typeof each === 'string' ? [] : [each]));
  const rejected = read.flatMap((each, index) => (typeof each === 'string' ? [{ index, error: each }] : []));
  const [first] = rejected;
  if (signals.length === 0 && first !== undefined) {
    return { outcome: 'malformed', error: first.error, notWhatItSends: false };
  }
  return { outcome: 'events', events: [], signals, ...(first === undefined ? {} : { rejected }) };
}

function signalOf(message: unknown): Signal | string {
  const told = AnyMessage.safeParse(message);
  if (!told.success) return 'a message without an incident';
  const { event: type, incident, log_entries: entries, created_on: created } = told.data;
  const state = stateOf(incident) ?? states.get(type);
  const at =
    entries?.[0]?.created_at ??
    created ??
    incident.last_status_change_at ??
    incident.last_status_change_on ??
    undefined;
  if (at === undefined) return 'a message without a time';
  return incidentSignal(incident, { type, at, state });
}
