import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shorten } from './shorten.ts';

it.each([
  ['short', 5, 'short'],
  ['longer', 5, 'long…'],
  [' two\nlines\t', 20, 'two lines'],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 12, '👩‍👩‍👧‍👦…'],
  ['e\u0301e\u0301e\u0301', 4, 'e\u0301…'],
  ['a\u0000b\u202Ec', 9, 'abc'],
  ['', 5, ''],
])('makes %j fit %i characters', (text, limit, short) => {
  expect(shorten(text, limit)).toBe(short);
});

it('never passes its limit, and ends what it cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.integer({ min: 1, max: 80 }), (text, limit) => {
      const short = shorten(text, limit);
      expect(short.length).toBeLessThanOrEqual(limit);
      expect(short.isWellFormed()).toBe(true);
      expect(short).not.toMatch(/[\n\r]/);
    }),
  );
});

it('weighs a piece as it will be written', () => {
  expect(shorten('<<<<', 9, (piece) => piece.length * 4)).toBe('<<…');
});
