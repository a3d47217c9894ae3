import { expect, it } from 'vitest';
import { matchInTime } from './match-in-time.ts';

it('finds what the pattern finds', () => {
  expect(matchInTime(/(?<service>\w+) done/m, 'a\ncheckout done')?.groups).toEqual({ service: 'checkout' });
  expect(matchInTime(/done/, 'begun')).toBeNull();
});

it('gives a pattern up that takes for ever, and goes on', () => {
  const began = performance.now();

  expect(matchInTime(/^(?:a|a)*$/, `${'a'.repeat(60)}b`)).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
  expect(matchInTime(/a/, 'a')?.[0]).toBe('a');
});
