import type { Catalog } from '../../domain/catalog.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { type Conceal, mayHoldSecrets, textWithoutSecrets, withoutSecrets } from '../../domain/secrets.ts';
import { isProved } from './authentication.ts';
import { cutDeep } from './cut-deep.ts';
import { parseJson, textOf } from './json.ts';
import { keptHeaders } from './kept-headers.ts';
import type { Delivery, Message, Parsed, ReadDelivery, Source, SourceDefinition } from './source.ts';

/** How the error of a delivery begins on which its source's own code failed. */
export const readerFailed = 'the reader of this source failed';

const usualBodyLimit = 4 << 20;

export interface OpenOptions {
  /** Any of them proves a delivery. None: it proves nothing, and stored deliveries can still be read. */
  readonly secrets: readonly string[];
  readonly catalog: Catalog;
  readonly conceal: Conceal;
}

/** The one path that every source's deliveries take: proof, decoding, concealing of secrets, then its own parser. */
export function openSource(definition: SourceDefinition, { secrets, catalog, conceal }: OpenOptions): Source {
  return {
    name: definition.name,
    title: definition.title,
    bodyLimit: definition.bodyLimit ?? usualBodyLimit,
    secretInPath: definition.authentication.some((scheme) => scheme.by === 'secret' && scheme.inPath),
    verify: (delivery) => isProved(definition.authentication, delivery, secrets),
    read: (delivery) => read(definition, delivery, catalog, conceal),
  };
}

function read(definition: SourceDefinition, delivery: Delivery, catalog: Catalog, conceal: Conceal): ReadDelivery {
  const { receivedAt } = delivery;
  const headers = keptHeaders(delivery.headers, definition.headers);
  const decoded = decode(definition, delivery, conceal);
  if ('problem' in decoded) {
    const parsed: Parsed = { outcome: 'malformed', error: decoded.problem, notWhatItSends: true };
    return { parsed, key: null, body: decoded.body, headers };
  }
  const message = { headers: delivery.headers, body: decoded.json, receivedAt, catalog };
  return {
    ...saidIn(definition, message),
    body: decoded.body,
    headers: decoded.body === delivery.body ? headers : { ...headers, 'content-type': 'application/json' },
  };
}

/** A mistake of ours costs time and no data: the delivery is kept and read again once it is mended. */
function saidIn(definition: SourceDefinition, message: Message): Pick<ReadDelivery, 'parsed' | 'key'> {
  try {
    return { parsed: definition.parse(message), key: definition.deliveryKey(message) };
  } catch (cause) {
    const error = `${readerFailed}: ${cause instanceof Error ? firstCodePoints(cause.message, 300) : 'unknown'}`;
    return { parsed: { outcome: 'malformed', error, notWhatItSends: false }, key: null };
  }
}

type Decoded = { readonly json: unknown; readonly body: Buffer } | { readonly problem: string; readonly body: Buffer };

function decode(definition: SourceDefinition, { headers, body }: Delivery, conceal: Conceal): Decoded {
  const text = textOf(body);
  if (text === undefined) {
    const kept = textWithoutSecrets(body.toString('latin1'), conceal);
    return { problem: 'the body is not UTF-8', body: Buffer.from(kept, 'latin1') };
  }
  const inner = definition.unwrap === undefined ? text : definition.unwrap(text, headers);
  const json = inner === undefined ? undefined : parseJson(inner);
  if (inner === undefined || json === undefined) {
    const kept = textWithoutSecrets(text, conceal);
    return { problem: 'the body is not JSON', body: kept === text ? body : Buffer.from(kept) };
  }
  const own = definition.conceal === undefined ? json : definition.conceal(cutDeep(json), conceal);
  const left = mayHoldSecrets(own) ? withoutSecrets(own, conceal) : own;
  return { json: left, body: left === json ? body : Buffer.from(JSON.stringify(left)) };
}
