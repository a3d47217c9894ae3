import { expect, it } from 'vitest';
import { type Observation, verificationOf } from './verification.ts';

const expected = { version: 'v1.42.0', commit: 'abcdef0'.padEnd(40, '1') };
const runs = (version: string): Observation => ({ about: 'version', where: 'kubernetes', version });
const health = (problem: string | null): Observation => ({ about: 'health', where: 'https://shop/health', problem });
const setting = (holds: boolean): Observation => ({ about: 'setting', key: 'pool', holds, set: '50', seen: '10' });

it.each<readonly [readonly Observation[], string, string]>([
  [[runs('1.42.0'), health(null)], 'verified', 'v1.42.0 is running, health ok'],
  [[runs('registry:5000/shop:1.42.0')], 'verified', 'v1.42.0 is running'],
  [[runs('abcdef0')], 'verified', 'v1.42.0 is running'],
  [[runs('1.42.0'), setting(true)], 'verified', 'v1.42.0 is running, 1 setting applied'],
  [[health(null)], 'verified', 'health ok'],
  [[runs('1.41.3')], 'not-verified', '1.41.3 answers, v1.42.0 was deployed'],
  [[runs('1.42.0'), runs('1.41.3'), runs('1.41.3')], 'not-verified', '1.41.3 answers, v1.42.0 was deployed'],
  [[runs('1.42.0'), health('answers 503')], 'not-verified', 'https://shop/health answers 503'],
  [[runs('1.42.0'), setting(false)], 'not-verified', 'pool is 10, 50 was set'],
  [
    [{ about: 'silence', where: 'https://shop', problem: 'does not answer' }],
    'not-verified',
    'https://shop does not answer',
  ],
  [[runs('abcdef')], 'not-verified', 'abcdef answers, v1.42.0 was deployed'],
  [[], 'unknown', 'nothing has looked at it since'],
])('%j is %s', (seen, outcome, text) => {
  expect(verificationOf(expected, seen)).toEqual({ outcome, text });
});

it('takes any version for right where the deploy names none', () => {
  expect(verificationOf({ version: null, commit: null }, [runs('1')])).toMatchObject({ outcome: 'unknown' });
});
