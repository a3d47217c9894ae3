import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type HmacScheme, signatureFits } from './signature.ts';

const github: HmacScheme = { algorithm: 'sha256', prefix: 'sha256=' };
const listed: HmacScheme = { algorithm: 'sha256', prefix: 'v1=' };
const body = Buffer.from('{"zen":"Ünïcode € \u{1f600}"}');

function sign(secret: string, { algorithm, prefix }: HmacScheme = github, signed = body): string {
  return prefix + createHmac(algorithm, secret).update(signed).digest('hex');
}

describe('signatureFits', () => {
  it.each<HmacScheme>([
    github,
    listed,
    { algorithm: 'sha512', prefix: '' },
    { algorithm: 'sha1', prefix: '' },
    { algorithm: 'sha256', prefix: '' },
  ])('accepts $algorithm after "$prefix"', (scheme) => {
    expect(signatureFits(sign('first', scheme), body, ['first'], scheme)).toBe(true);
    expect(
      signatureFits(
        sign('first', scheme)
          .toUpperCase()
          .replace(/^(SHA256=|V1=)/, scheme.prefix),
        body,
        ['first'],
        scheme,
      ),
    ).toBe(true);
    expect(signatureFits(sign('other', scheme), body, ['first'], scheme)).toBe(false);
    expect(signatureFits(sign('first', scheme), Buffer.from('changed'), ['first'], scheme)).toBe(false);
  });

  it('knows the example of GitHub’s documentation', () => {
    const value = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

    expect(signatureFits(value, Buffer.from('Hello, World!'), ["It's a Secret to Everybody"], github)).toBe(true);
  });

  it('accepts any secret of a rotation, on either side of it', () => {
    expect(signatureFits(sign('old'), body, ['new', 'old'], github)).toBe(true);
    expect(signatureFits(`${sign('old', listed)},${sign('new', listed)}`, body, ['new'], listed)).toBe(true);
    expect(signatureFits(`${sign('new', listed)}, ${sign('old', listed)}`, body, ['new'], listed)).toBe(true);
    expect(signatureFits(`v0=abc ${sign('new', listed)}`, body, ['new'], listed)).toBe(true);
    expect(signatureFits(`${sign('a', listed)},${sign('b', listed)}`, body, ['new'], listed)).toBe(false);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['the prefix alone', 'sha256='],
    ['without its prefix', sign('secret').slice('sha256='.length)],
    ['another algorithm', sign('secret', { algorithm: 'sha1', prefix: 'sha1=' })],
    ['truncated', sign('secret').slice(0, -1)],
    ['lengthened', `${sign('secret')}0`],
    ['with a digit that is none', `${sign('secret').slice(0, -1)}g`],
    ['with a digit of two bytes', `${sign('secret').slice(0, -1)}é`],
    ['with a digit of the same length in bytes', `${sign('secret').slice(0, -2)}é`],
    ['overlong', `sha256=${'0'.repeat(100_000)}`],
    ['hidden behind many others', `${'x,'.repeat(50)}${sign('secret')}`],
  ])('refuses a header that is %s', (_, header) => {
    expect(signatureFits(header, body, ['secret'], github)).toBe(false);
  });

  it('refuses everything without a secret', () => {
    expect(signatureFits(sign('secret'), body, [], github)).toBe(false);
    expect(signatureFits(`sha256=${createHmac('sha256', '').update(body).digest('hex')}`, body, [''], github)).toBe(
      false,
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), fc.array(fc.string()), (header, bytes, secrets) => {
        expect(signatureFits(`sha256=${header}`, Buffer.from(bytes), secrets, github)).toBe(false);
      }),
    );
  });
});

interface Vector {
  readonly source: string;
  readonly secret: string;
  readonly body: string;
  readonly value: string;
  readonly expect: 'valid' | 'invalid';
}

const samples = fileURLToPath(new URL('../../../../shared/samples/signature-vectors.json', import.meta.url));
const prefixes: Readonly<Record<string, string>> = { github: 'sha256=', circleci: 'v1=', pagerduty: 'v1=' };

describe('signatures that vendors publish', () => {
  it.skipIf(!existsSync(samples))('are told apart (skipped where the folder of shared samples is absent)', () => {
    const vectors = JSON.parse(readFileSync(samples, 'utf8')) as readonly Vector[];

    expect(vectors.length).toBeGreaterThan(0);
    for (const vector of vectors) {
      const scheme: HmacScheme = { algorithm: 'sha256', prefix: prefixes[vector.source] ?? '' };
      const fits = signatureFits(vector.value, Buffer.from(vector.body), [vector.secret], scheme);
      expect({ ...vector, fits }).toMatchObject({ fits: vector.expect === 'valid' });
    }
  });
});
