import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, hmacKey } from '../../test/collecting.ts';
import { factValue, jsonValue } from './secret-facts.ts';

const secret = { digest: expect.stringMatching(/^hmac-sha256:[0-9a-f]{16}$/) };

describe('a value as it leaves the machine', () => {
  it.each<[string, string, unknown]>([
    ['DB_PASSWORD', 'hunter2', secret],
    ['DB_PASSWORD', '', secret],
    ['app.yaml:db.password', 'hunter2', secret],
    ['app.yaml:db["pass.word"].apiKey', 'k', secret],
    ['app.yaml:secrets.stripe', 'k', secret],
    ['app.yaml:users[name=ada].token', 'k', secret],
    ['DATABASE_URL', 'postgres://app:hunter2@db/checkout', secret],
    ['NOTE', `-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----`, secret],
    ['SETTINGS', '{"db": {"password": "hunter2"}}', secret],
    ['DATABASE_URL', 'postgres://db.shop/checkout', 'postgres://db.shop/checkout'],
    ['LOG_LEVEL', 'info', 'info'],
    ['DB_PASSWORD', '${VAULT}', '${VAULT}'],
    ['DB_PASSWORD', '${VAULT:-hunter2}', secret],
    ['KEY', 'ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]', { digest: 'present' }],
  ])('%s=%s', (key, value, expected) => {
    expect(factValue(key, value, digest)).toEqual(expected);
  });

  it.each<[string, Parameters<typeof jsonValue>[1], unknown]>([
    ['f:db.password', 123456, secret],
    ['f:max_tokens', 4096, 4096],
    ['f:token', true, true],
    ['f:tokens', ['a', 'b'], secret],
    ['f:hosts', ['a', 'b'], ['a', 'b']],
    ['f:urls', ['https://ada:hunter2hunter2@x/'], secret],
    ['f:password', null, null],
    ['f:x', {}, {}],
  ])('%s: %j', (key, value, expected) => {
    expect(jsonValue(key, value, digest)).toEqual(expected);
  });

  it('is the HMAC of the key that is set, so that it can be made anywhere', () => {
    const made = createHmac('sha256', hmacKey).update('hunter2').digest('hex').slice(0, 16);

    expect(factValue('PASSWORD', 'hunter2', digest)).toEqual({ digest: `hmac-sha256:${made}` });
  });

  it('without a key says only that it is there', () => {
    expect(factValue('PASSWORD', 'hunter2', null)).toEqual({ digest: 'present' });
  });

  it('never holds any of a secret, and has the same length for all', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'binary' }), (text) => {
        fc.pre(!/^\$\{\w+\}$|^ENC\[|^\$ANSIBLE/.test(text) && !/^[0-9a-f]*$/.test(text));
        const told = JSON.stringify(factValue('PASSWORD', text, digest));

        expect(told).not.toContain(JSON.stringify(text).slice(1, -1));
        expect(told).toHaveLength(41);
      }),
    );
  });
});
