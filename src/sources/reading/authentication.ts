import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type HmacScheme, macFits, signatureFits } from './signature.ts';
import type { Delivery } from './source.ts';

/** How a source proves that a delivery is its own. The schemes that senders use, as data: none has code of its own. */
export type Authentication =
  /** The HMAC of the body in hex digits, in a header; of several listed, one must fit. */
  | ({ readonly by: 'hmac'; readonly header: string } & HmacScheme)
  /**
   * The HMAC (SHA-256, hex) of time, separator and body. The time, in epoch seconds, stands in a header of its own or
   * beside the signature (`timestamp=…,signature=…`).
   */
  | {
      readonly by: 'timed-hmac';
      readonly header: string;
      readonly time: { readonly header: string } | 'beside';
      readonly separator: '.' | ':';
    }
  /** https://www.standardwebhooks.com: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>`. */
  | { readonly by: 'standard-webhooks' }
  /** The secret itself in a header of the sender's. */
  | { readonly by: 'token'; readonly header: string }
  /**
   * The secret itself: `Authorization: Bearer <secret>` or as the password of basic authentication; `inPath`, for
   * senders that can set no header, also as the last part of the address.
   */
  | { readonly by: 'secret'; readonly inPath: boolean };

/**
 * How far a signed time may be from ours, in either direction, in milliseconds: what the reference library of Standard
 * Webhooks allows and Buildkite suggests.
 */
const tolerance = 300_000;

/** True if one of the schemes is fulfilled with one of the secrets. Never throws, whatever the headers hold. */
export function isProved(schemes: readonly Authentication[], delivery: Delivery, secrets: readonly string[]): boolean {
  // Every scheme is tried, so that the time taken says nothing about which one was close.
  return schemes.map((scheme) => fulfils(scheme, delivery, secrets)).includes(true);
}

function fulfils(scheme: Authentication, delivery: Delivery, secrets: readonly string[]): boolean {
  const { headers, body } = delivery;
  switch (scheme.by) {
    case 'hmac':
      return signatureFits(headers[scheme.header], body, secrets, scheme);
    case 'timed-hmac':
      return timedHmacFits(scheme, delivery, secrets);
    case 'standard-webhooks':
      return standardWebhookFits(delivery, secrets);
    case 'token':
      return isOneOf(headers[scheme.header], secrets);
    case 'secret':
      return [bearer(headers.authorization), ...(scheme.inPath ? [delivery.pathSecret] : [])]
        .map((given) => isOneOf(given, secrets))
        .includes(true);
  }
}

function timedHmacFits(
  { header, time, separator }: Extract<Authentication, { by: 'timed-hmac' }>,
  { headers, body, receivedAt }: Delivery,
  secrets: readonly string[],
): boolean {
  const given = headers[header];
  const beside = time === 'beside' ? fieldsOf(given) : null;
  const seconds = time === 'beside' ? beside?.get('timestamp') : headers[time.header];
  const signature = beside === null ? given : beside.get('signature');
  if (!isFresh(seconds, receivedAt)) return false;
  const signed = Buffer.concat([Buffer.from(`${seconds}${separator}`), body]);
  return signatureFits(signature, signed, secrets, { algorithm: 'sha256', prefix: '' });
}

function standardWebhookFits({ headers, body, receivedAt }: Delivery, secrets: readonly string[]): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': listed } = headers;
  if (id === undefined || id === '' || id.length > 500 || !isFresh(seconds, receivedAt)) return false;
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
  const given = (listed ?? '')
    .slice(0, 4096)
    .split(/\s+/)
    .slice(0, 10)
    .filter((item) => /^v1,[A-Za-z0-9+/]{43}=$/.test(item))
    .map((item) => Buffer.from(item.slice(3), 'base64'));
  return secrets
    .map((secret) => keyOf(secret))
    .filter((key) => key.length > 0)
    .map((key) => macFits(given, createHmac('sha256', key).update(signed).digest()))
    .includes(true);
}

/** Standard Webhooks gives its keys in base64 after `whsec_`. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}

function isFresh(seconds: string | undefined, receivedAt: Date): seconds is string {
  if (seconds === undefined || !/^\d{9,11}$/.test(seconds)) return false;
  return Math.abs(Number(seconds) * 1000 - receivedAt.getTime()) <= tolerance;
}

/** `timestamp=1795183200,signature=…` */
function fieldsOf(header: string | undefined): ReadonlyMap<string, string> {
  const items = (header ?? '').slice(0, 4096).split(',').slice(0, 10);
  return new Map(items.map((item) => [item.slice(0, item.indexOf('=')).trim(), item.slice(item.indexOf('=') + 1)]));
}

function bearer(authorization: string | undefined): string | undefined {
  const [, scheme = '', given = ''] = /^(bearer|basic) +(\S{1,4096})$/i.exec(authorization ?? '') ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return given;
  const pair = Buffer.from(given, 'base64').toString();
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

/** Hashed first, so that neither length nor content shows in the time it takes. */
function isOneOf(given: string | undefined, secrets: readonly string[]): boolean {
  const hash = (value: string) => createHash('sha256').update(value).digest();
  const told = hash(given ?? '');
  const fits = secrets.filter((secret) => secret !== '').map((secret) => timingSafeEqual(hash(secret), told));
  return given !== undefined && given !== '' && fits.includes(true);
}
