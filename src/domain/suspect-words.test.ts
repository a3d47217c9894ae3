import { expect, it } from 'vitest';
import { reasonWords } from './suspect-words.ts';

const reasons = [
  { text: 'the same service', weight: 0.3 },
  { text: 'new code', weight: 0.1 },
  { text: 'failed', weight: 0.06 },
  { text: 'was taken back since', weight: 0 },
  { text: 'names no environment', weight: -0.08 },
  { text: 'finished 8 h before', weight: -0.1 },
];

it.each([
  [
    10,
    ['the same service', 'new code', 'failed'],
    ['finished 8 h before', 'names no environment', 'was taken back since'],
  ],
  [4, ['the same service', 'new code', 'failed'], ['finished 8 h before']],
  [2, ['the same service'], ['finished 8 h before']],
])('with room for %i, the strongest for and against', (most, because, but) => {
  expect(reasonWords({ reasons }, most)).toEqual({ because, but });
});

it('leaves all room to what speaks for it when nothing speaks against it', () => {
  expect(reasonWords({ reasons: reasons.slice(0, 3) }, 2)).toEqual({
    because: ['the same service', 'new code'],
    but: [],
  });
});
