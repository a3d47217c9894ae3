import type { TimelineEvent } from '../domain/event.ts';
import { outsideJson, outsideText } from '../domain/outside-text.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { defined } from './reading/defined.ts';
import { actorOf } from './reading/fields.ts';
import { flagTitle } from './reading/flag-words.ts';
import { isObject } from './reading/json.ts';
import { type ReaderContext, ignored, reader, told } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';
import { type Telling, readers } from './unleash/readers.ts';
import { UnleashEvent } from './unleash/unleash-event.ts';

/** Webhook integration of Unleash with its default body, an event: https://docs.getunleash.io/reference/events */
export const unleash: SourceDefinition = {
  name: 'unleash',
  title: 'Unleash',
  authentication: [{ by: 'secret', inPath: false }],
  headers: [],
  deliveryKey: ({ body }) => (isObject(body) ? keyIn(body) : null),
  parse,
};

/** Events are numbered anew in every instance of Unleash; its time tells those of two instances apart. */
function keyIn({ id, createdAt }: Readonly<Record<string, unknown>>): string | null {
  const at = parseTimestamp(createdAt);
  return Number.isSafeInteger(id) && at !== null ? `${Number(id)}@${at.toISOString()}` : null;
}

const readEvent = reader(UnleashEvent, eventOf);

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body)) return notUnleash('the body is not a JSON object');
  const { type } = body;
  if (typeof type !== 'string' || type === '') return notUnleash('the field type is missing');
  if (['id', 'createdAt', 'createdBy'].every((name) => body[name] === undefined)) {
    return notUnleash('the body is no event of Unleash');
  }
  if (!readers.has(type)) return ignored(`${type} changes nothing that anybody is served`);
  return readEvent(body, { receivedAt, catalog });
}

function notUnleash(error: string): Parsed {
  return { outcome: 'malformed', error, notWhatItSends: true };
}

function eventOf(event: UnleashEvent, context: ReaderContext): Parsed {
  const telling = readers.get(event.type)?.(event);
  if (telling === undefined) return ignored(`${event.type} that changes nothing that anybody is served`);
  return told(timelineEvent(event, telling, context));
}

function timelineEvent(event: UnleashEvent, telling: Telling, { receivedAt }: ReaderContext): TimelineEvent {
  const { id, createdAt, createdBy = '', environment, project } = event;
  const at = createdAt ?? receivedAt;
  // An event without number and time cannot be told from its repetition but by when it came.
  const when = createdAt ?? (id === undefined ? receivedAt : undefined);
  const object = [event.featureName ?? '', environment ?? '', id ?? '', when?.toISOString() ?? ''].join(':');
  const { before, after } = telling.change;
  return {
    statement: {
      key: `unleash:${event.type}:${object}`,
      source: 'unleash',
      occurredAt: at.toISOString(),
      clock: createdAt === undefined ? 'received' : 'source',
      phase: 'happened',
      kind: telling.kind,
      title: flagTitle(telling.subject, telling.change.words),
      ...defined({
        environmentName: telling.environment ?? environment,
        actor: actorOf(createdBy.includes('@') ? { email: createdBy } : { login: outsideText(createdBy, 200) }),
        before: Object.keys(before).length === 0 ? undefined : outsideJson(before),
        after: Object.keys(after).length === 0 ? undefined : outsideJson(after),
        details: project === undefined ? undefined : { project },
      }),
    },
    identities: [{ type: 'flag-event', value: `unleash:${event.type}:${object}`.slice(0, 300).toWellFormed() }],
    mentions: [],
  };
}
