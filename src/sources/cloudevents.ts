import { kinds } from '../domain/change.ts';
import { readAzure } from './cloudevents/azure.ts';
import { cdEventType, readCDEvent } from './cloudevents/cdevents.ts';
import {
  type CloudEvent,
  type ReadEnvelope,
  bounded,
  identityOf,
  isBinary,
  isJsonMedia,
  isStructured,
  readBinary,
  readStructured,
  withoutBase64,
} from './cloudevents/envelope.ts';
import { readGoogle } from './cloudevents/google.ts';
import { readTekton } from './cloudevents/tekton.ts';
import { readGenericChange } from './generic-change.ts';
import { cutDeep } from './reading/cut-deep.ts';
import { isObject } from './reading/json.ts';
import { type ReaderContext, ignored, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const mostEvents = 1000;
export const tooManyEvents = `At most ${mostEvents} events at a time.`;

/**
 * `POST /api/events`, which a token opens and no secret: CloudEvents 1.0 in each of the modes of HTTP (structured,
 * binary, batch), and CDEvents with or without an envelope. What they are is told by their shape, and by headers only
 * where they are elsewhere; the media type is lost where something was concealed.
 */
export const cloudEvents: SourceDefinition = {
  name: 'cloudevents',
  title: 'CloudEvents',
  authentication: [],
  headers: ['ce-id', 'ce-source', 'ce-type', 'ce-specversion', 'ce-subject', 'ce-time'],
  unwrap: (text, headers) => {
    if (!isBinary(headers)) return text;
    if (text.trim() === '') return 'null';
    return isJsonMedia(headers['content-type']) ? text : JSON.stringify(text);
  },
  conceal: (body) => cutDeep(withoutBase64(body)),
  deliveryKey: (message) => {
    const read = Array.isArray(message.body) ? null : envelopeOf(message);
    return read?.outcome === 'event' ? identityOf(read.event).value : null;
  },
  parse,
};

function envelopeOf({ headers, body }: Message): ReadEnvelope {
  return isBinary(headers) && !isStructured(body) ? readBinary(headers, body) : readStructured(body);
}

function parse(message: Message): Parsed {
  if (Array.isArray(message.body) && !isBinary(message.headers)) return readBatch(message.body, message);
  const read = envelopeOf(message);
  if (read.outcome === 'event') return readEvent(read.event, message);
  return { outcome: 'malformed', error: `the body ${read.error}`, notWhatItSends: true };
}

/** Each is read for itself. */
function readBatch(batch: readonly unknown[], context: ReaderContext): Parsed {
  if (batch.length > mostEvents) return { outcome: 'malformed', error: tooManyEvents, notWhatItSends: true };
  const all = batch.map((value): Parsed => {
    const read = readStructured(value);
    if (read.outcome === 'event') return readEvent(read.event, context);
    return { outcome: 'malformed', error: read.error, notWhatItSends: true };
  });
  const [first] = all;
  if (first?.outcome === 'ignored' && all.every((each) => each.outcome === 'ignored')) return first;
  return {
    outcome: 'events',
    events: all.flatMap((each) => (each.outcome === 'events' ? each.events : [])),
    signals: all.flatMap((each) => (each.outcome === 'events' ? (each.signals ?? []) : [])),
    rejected: all.flatMap((each, index) => (each.outcome === 'malformed' ? [{ index, error: each.error }] : [])),
  };
}

function readEvent(event: CloudEvent, context: ReaderContext): Parsed {
  const cdEvent = cdEventType(event.type);
  if (cdEvent !== null) return readCDEvent(event, cdEvent, context);
  if (event.type.startsWith('google.')) return readGoogle(event, context);
  if (event.type.startsWith('dev.tekton.event.')) return readTekton(event, context);
  if (/^microsoft\./i.test(event.type)) return readAzure(event, context);
  return isChange(event.data) ? readChange(event, event.data, context) : ignored(`${event.type} is not tracked`);
}

function isChange(data: unknown): data is Readonly<Record<string, unknown>> {
  return isObject(data) && kinds.some((kind) => kind === data['kind']);
}

/** A change in our own shape: what it does not say of itself, its envelope says. */
function readChange(event: CloudEvent, data: Readonly<Record<string, unknown>>, { receivedAt }: ReaderContext): Parsed {
  const { id, source, time } = event;
  const timed = data['occurred_at'] !== undefined || data['finished_at'] !== undefined;
  const own = { key: bounded(id, 200), ...(time && !timed ? { occurred_at: time.toISOString() } : {}) };
  const read = readGenericChange(
    { ...own, ...data },
    { source: cloudEvents.name, sender: bounded(source, 100), receivedAt },
  );
  if (read.outcome === 'event') return told(read.event);
  return { outcome: 'malformed', error: read.error, notWhatItSends: false };
}
