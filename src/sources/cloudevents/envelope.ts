import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { cutDeep } from '../reading/cut-deep.ts';
import { Time, name, text } from '../reading/fields.ts';
import { isObject, parseJson } from '../reading/json.ts';

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes */
const Attributes = z.object({
  id: name(2000),
  source: name(2000),
  type: name(500),
  subject: text(2000),
  time: Time.nullish().catch(null),
});

export interface CloudEvent extends z.output<typeof Attributes> {
  readonly data: unknown;
}

export type ReadEnvelope =
  | { readonly outcome: 'event'; readonly event: CloudEvent }
  | { readonly outcome: 'no-event'; readonly error: string };

type Headers = Readonly<Record<string, string | undefined>>;

/** With its attributes in `ce-` headers, and the body being the data. */
export function isBinary(headers: Headers): boolean {
  const media = headers['content-type'] ?? '';
  return headers['ce-type'] !== undefined && !/^application\/cloudevents\b/i.test(media.trim());
}

export function isJsonMedia(media: string | undefined): boolean {
  return media === undefined || /^\s*(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(media);
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode */
export function readBinary(headers: Headers, body: unknown): ReadEnvelope {
  // As much of a header as is kept with a delivery.
  const attribute = (key: string) => unescaped(headers[`ce-${key}`]?.slice(0, 500));
  const keys = ['id', 'source', 'type', 'subject', 'time'] as const;
  return read(Object.fromEntries(keys.map((key) => [key, attribute(key)])), body);
}

/** An event in one JSON object, or a CDEvent as it is before anything wraps it. */
export function readStructured(value: unknown): ReadEnvelope {
  if (!isObject(value)) return { outcome: 'no-event', error: 'is not an object' };
  if (isStructured(value)) return read(value, value['data']);
  const { context } = value;
  if (isObject(context) && isObject(value['subject'])) return read({ ...context, time: context['timestamp'] }, value);
  return read(value, value['data']);
}

export function isStructured(value: unknown): boolean {
  return isObject(value) && ['specversion', 'id', 'source', 'type'].every((each) => typeof value[each] === 'string');
}

function read(attributes: unknown, data: unknown): ReadEnvelope {
  const found = Attributes.safeParse(attributes);
  if (!found.success) {
    const missing = found.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { outcome: 'no-event', error: `is no CloudEvent: ${missing} missing or no text` };
  }
  return { outcome: 'event', event: { ...found.data, data: heldIn(data) } };
}

/** Some send their JSON as text. */
function heldIn(data: unknown): unknown {
  return typeof data === 'string' && /^\s*[{[]/.test(data) ? cutDeep(parseJson(data) ?? data) : data;
}

/** Values of `ce-` headers have what ASCII has no letter for escaped; some senders also put quotes around them. */
function unescaped(header: string | undefined): string | undefined {
  const bare = header?.replace(/^"(.*)"$/, '$1');
  try {
    return bare === undefined ? undefined : decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/**
 * Equal for an event and its repetition: `source` and `id` tell events apart. The type is in it because some senders
 * count their ids for each type.
 */
export function identityOf({ source, id, type }: Pick<CloudEvent, 'source' | 'id' | 'type'>): Identity {
  return { type: 'event', value: `cloudevents:${bounded(type, 80)}:${bounded(`${source}#${id}`, 200)}` };
}

/** The text, or its hash where it is too long, or not fit, to be a key. */
export function bounded(value: string, limit: number): string {
  if (value.length <= limit && outsideText(value, limit) === value) return value;
  return createHash('sha256').update(value).digest('hex').slice(0, 40);
}

/**
 * With data in the clear that came in Base64 (`data_base64`, and the message in an event of Pub/Sub): what is secret in
 * it can only be concealed there. What is no text is left out. The same value when there was nothing such.
 */
export function withoutBase64(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(withoutBase64);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  if (isStructured(value) && typeof value['data_base64'] === 'string') {
    const { data_base64: encoded, ...rest } = value;
    return { ...rest, data: withoutMessageBase64(decoded(encoded)) };
  }
  if (isStructured(value)) {
    const data = withoutMessageBase64(value['data']);
    return data === value['data'] ? value : { ...value, data };
  }
  return withoutMessageBase64(value);
}

/** https://cloud.google.com/pubsub/docs/push#properties_of_a_push_subscription */
function withoutMessageBase64(value: unknown): unknown {
  if (!isObject(value) || !isObject(value['message']) || typeof value['message']['data'] !== 'string') return value;
  const { data, ...message } = value['message'];
  return { ...value, message: { ...message, decoded: decoded(data) } };
}

function decoded(base64: string): unknown {
  const bytes = Buffer.from(base64, 'base64');
  if (!isUtf8(bytes)) return null;
  const held = bytes.toString();
  return parseJson(held) ?? held;
}
