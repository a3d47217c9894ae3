import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Authentication, isProved } from './authentication.ts';
import type { Delivery } from './source.ts';

const receivedAt = new Date('2026-11-20T15:00:00.000Z');
const now = receivedAt.getTime() / 1000;
const body = Buffer.from('{"a":1}');
const secrets = ['new-secret', 'old-secret'];

function delivery(headers: Record<string, string>, pathSecret?: string): Delivery {
  return { headers, body, receivedAt, ...(pathSecret === undefined ? {} : { pathSecret }) };
}

function hex(secret: string, ...signed: readonly (string | Buffer)[]): string {
  return createHmac('sha256', secret)
    .update(Buffer.concat(signed.map((part) => Buffer.from(part))))
    .digest('hex');
}

describe('the secret itself', () => {
  const scheme: Authentication[] = [{ by: 'secret', inPath: false }];
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  it.each([
    ['as a bearer', { authorization: 'Bearer new-secret' }, true],
    ['as a bearer in other letters', { authorization: 'bearer old-secret' }, true],
    ['as the password of any user', { authorization: basic('ada:new-secret') }, true],
    ['as the password of nobody', { authorization: basic(':new-secret') }, true],
    ['as a user', { authorization: basic('new-secret:') }, false],
    ['without a colon', { authorization: basic('new-secret') }, false],
    ['that is another', { authorization: 'Bearer other-secret' }, false],
    ['with more behind it', { authorization: 'Bearer new-secretx' }, false],
    ['alone', { authorization: 'new-secret' }, false],
    ['that is empty', { authorization: 'Bearer ' }, false],
    ['not at all', {}, false],
  ])('%s', (_, headers, proved) => {
    expect(isProved(scheme, delivery(headers as Record<string, string>), secrets)).toBe(proved);
  });

  it('in the address counts only for senders that can set no header', () => {
    const inPath: Authentication[] = [{ by: 'secret', inPath: true }];

    expect(isProved(inPath, delivery({}, 'new-secret'), secrets)).toBe(true);
    expect(isProved(inPath, delivery({}, 'other-secret'), secrets)).toBe(false);
    expect(isProved(inPath, delivery({}, ''), ['', ...secrets])).toBe(false);
    expect(isProved(scheme, delivery({}, 'new-secret'), secrets)).toBe(false);
  });

  it('in a header of the sender’s', () => {
    const token: Authentication[] = [{ by: 'token', header: 'x-gitlab-token' }];

    expect(isProved(token, delivery({ 'x-gitlab-token': 'old-secret' }), secrets)).toBe(true);
    expect(isProved(token, delivery({ 'x-gitlab-token': '' }), [''])).toBe(false);
    expect(isProved(token, delivery({ authorization: 'Bearer old-secret' }), secrets)).toBe(false);
  });
});

describe('a signature over time and body', () => {
  const beside: Authentication[] = [
    { by: 'timed-hmac', header: 'x-buildkite-signature', time: 'beside', separator: '.' },
  ];
  const apart: Authentication[] = [
    { by: 'timed-hmac', header: 'x-signature', time: { header: 'x-time' }, separator: ':' },
  ];
  const besideAt = (time: number | string, signed = time) =>
    delivery({ 'x-buildkite-signature': `timestamp=${time},signature=${hex('new-secret', `${signed}.`, body)}` });

  it.each([
    ['of now', now, true],
    ['of five minutes ago', now - 300, true],
    ['of five minutes to come', now + 300, true],
    ['of longer ago', now - 301, false],
    ['of later', now + 301, false],
    ['of no time', 'x', false],
    ['of a time with a fraction', `${now}.5`, false],
  ])('%s', (_, time, proved) => {
    expect(isProved(beside, besideAt(time), secrets)).toBe(proved);
  });

  it('is refused when the time is another than the signed one', () => {
    expect(isProved(beside, besideAt(now, now - 200), secrets)).toBe(false);
  });

  it('may have its time in a header of its own', () => {
    const signature = hex('old-secret', `${now}:`, body);

    expect(isProved(apart, delivery({ 'x-signature': signature, 'x-time': `${now}` }), secrets)).toBe(true);
    expect(isProved(apart, delivery({ 'x-signature': signature }), secrets)).toBe(false);
  });
});

describe('a Standard Webhook', () => {
  const scheme: Authentication[] = [{ by: 'standard-webhooks' }];
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const secret = `whsec_${key.toString('base64')}`;
  const sign = (id: string, time: number) =>
    createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64');
  const headers = (more: Record<string, string> = {}) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': `${now}`,
    'webhook-signature': `v1,${sign('msg_1', now)}`,
    ...more,
  });

  it.each([
    ['as it should be', {}, true],
    ['with another signature first', { 'webhook-signature': `v1,${sign('x', now)} v1,${sign('msg_1', now)}` }, true],
    ['with a signature of another kind', { 'webhook-signature': `v1a,${sign('msg_1', now)}` }, false],
    ['with another id', { 'webhook-id': 'msg_2' }, false],
    ['without an id', { 'webhook-id': '' }, false],
    ['with another time', { 'webhook-timestamp': `${now - 1}` }, false],
    [
      'that is old',
      { 'webhook-timestamp': `${now - 301}`, 'webhook-signature': `v1,${sign('msg_1', now - 301)}` },
      false,
    ],
    ['without a signature', { 'webhook-signature': '' }, false],
  ])('%s', (_, more, proved) => {
    expect(isProved(scheme, delivery(headers(more)), [secret])).toBe(proved);
  });

  it('is not proved with an empty key', () => {
    const signed = createHmac('sha256', '').update(`msg_1.${now}.`).update(body).digest('base64');

    expect(isProved(scheme, delivery(headers({ 'webhook-signature': `v1,${signed}` })), ['whsec_', ''])).toBe(false);
  });
});

describe('any scheme', () => {
  const schemes: Authentication[] = [
    { by: 'hmac', header: 'x', algorithm: 'sha256', prefix: '' },
    { by: 'timed-hmac', header: 'x', time: 'beside', separator: '.' },
    { by: 'timed-hmac', header: 'x', time: { header: 'y' }, separator: ':' },
    { by: 'standard-webhooks' },
    { by: 'token', header: 'x' },
    { by: 'secret', inPath: true },
  ];
  const header = fc.constantFrom('x', 'y', 'authorization', 'webhook-id', 'webhook-timestamp', 'webhook-signature');

  it('neither throws nor is fulfilled, whatever comes', () => {
    fc.assert(
      fc.property(fc.dictionary(header, fc.string({ unit: 'binary' })), (headers) => {
        expect(isProved(schemes, delivery(headers), secrets)).toBe(false);
        expect(isProved(schemes, delivery(headers), [])).toBe(false);
      }),
    );
  });
});
