import { expect, it } from 'vitest';
import { matchInTime } from './match-in-time.ts';

it('finds what the pattern finds', () => {
  expect(matchInTime(/(?<service>\w+) done/m, 'a\ncheckout done')?.groups).toEqual({ service: 'checkout' });
  expect(matchInTime(/done/, 'begun')).toBeNull();
});

it('gives a pattern up that takes for ever, and goes on', () => {
  // Two to the sixtieth ways: who waits for all of them waits for years.
  expect(matchInTime(/^(?:a|a)*$/, `${'a'.repeat(60)}b`)).toBeUndefined();
  expect(matchInTime(/a/, 'a')?.[0]).toBe('a');
});
