import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, it } from 'vitest';
import { literalKey, readPattern } from './pattern.ts';

it.each<[string, string, object]>([
  ['', 'PAYMENT_TIMEOUT', { glob: 'PAYMENT_TIMEOUT' }],
  ['PAYMENT_TIMEOUT', 'PAYMENT_TIMEOUT', { glob: 'PAYMENT_TIMEOUT' }],
  ['PAYMENT_*', 'PAYMENT_TIMEOUT', { glob: 'PAYMENT_*' }],
  ['*.timestamp', 'app.yaml:build.timestamp', { glob: '*.timestamp' }],
  ['app/**', 'app/a/b', { glob: 'app/*' }],
  ['', 'list[0].name', { glob: String.raw`list\[0\].name` }],
  ['list[?].name', 'list[0].name', { glob: String.raw`list\[?\].name` }],
  ['*', 'PAYMENT_TIMEOUT', { problem: expect.stringMatching(/nearly everything/) }],
  ['P*', 'PAYMENT_TIMEOUT', { problem: expect.stringMatching(/nearly everything/) }],
  ['a', 'a', { glob: 'a' }],
  ['LEDGER_*', 'PAYMENT_TIMEOUT', { problem: expect.stringMatching(/does not match PAYMENT_TIMEOUT/) }],
])('reads %s for %s', (written, key, expected) => {
  expect(readPattern(written, key)).toEqual(expected);
});

it('takes every key literally that is not written as a pattern', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 40 }), (key) => {
      const glob = literalKey(key);

      expect(glob.replaceAll(/\\([^])/g, '$1')).toBe(key);
    }),
  );
  expect(picomatch(literalKey('a[0]+(b)*'), { dot: true, bash: true, nonegate: true })('a[0]+(b)*')).toBe(true);
});
