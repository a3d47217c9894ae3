import { readEvent } from './pagerduty/event.ts';
import { readMessages } from './pagerduty/messages.ts';
import { isObject } from './reading/json.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** Webhook subscriptions (v3): one event each. What v1 and v2 extensions sent is read too, where it is signed so. */
export const pagerduty: SourceDefinition = {
  name: 'pagerduty',
  title: 'PagerDuty',
  authentication: [{ by: 'hmac', header: 'x-pagerduty-signature', algorithm: 'sha256', prefix: 'v1=' }],
  headers: ['x-webhook-id'],
  // The id of the event is signed; that of the delivery is not, and two subscriptions deliver the same event.
  deliveryKey: ({ headers, body }) => keyIn(eventOf(body)?.['id']) ?? keyIn(headers['x-webhook-id']),
  parse,
};

function keyIn(value: unknown): string | null {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value) ? value : null;
}

function eventOf(body: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(body) && isObject(body['event']) ? body['event'] : undefined;
}

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const event = eventOf(body);
  const type = event?.['event_type'];
  if (typeof type === 'string') return readEvent(type, event, { receivedAt, catalog });
  const messages = isObject(body) ? body['messages'] : undefined;
  if (Array.isArray(messages)) return readMessages(messages);
  return { outcome: 'malformed', error: 'the body has no event of PagerDuty’s', notWhatItSends: true };
}
