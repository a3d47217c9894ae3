import { expect, it } from 'vitest';
import type { Must } from './difference.ts';
import { holds, mustText, readMust } from './must.ts';

it.each<[string, Must | null]>([
  ['differ', { is: 'differ' }],
  [' Equal ', { is: 'equal' }],
  ['reference >= mirror', { is: 'at-most', ratio: 1 }],
  ['mirror >= reference', { is: 'at-least', ratio: 1 }],
  ['mirror >= 50% of reference', { is: 'at-least', ratio: 0.5 }],
  ['mirror<=2x reference', { is: 'at-most', ratio: 2 }],
  ['reference >= 4 x mirror', { is: 'at-most', ratio: 0.25 }],
  ['reference ≤ 200 % of mirror', { is: 'at-least', ratio: 0.5 }],
  ['mirror >= 0% of reference', null],
  ['mirror >= mirror', null],
  ['mirror > reference', null],
  ['production >= staging', null],
  ['', null],
])('%j is read as %j', (text, expected) => {
  expect(readMust(text)).toEqual(expected);
});

it.each(['differ', 'equal', 'mirror >= reference', 'mirror <= 0.25 x reference'])(
  '%j is written as it is read',
  (text) => {
    const must = readMust(text);

    expect(must && mustText(must)).toBe(text);
  },
);

it.each<[string, string | null, string | null, boolean]>([
  ['differ', 'a', 'b', true],
  ['differ', 'a', null, false],
  ['equal', 'a', 'b', false],
  ['mirror >= 50% of reference', '4', '2', true],
  ['mirror >= 50% of reference', '4', '1', false],
  ['reference >= mirror', '2Gi', '1024Mi', true],
  ['reference >= mirror', '2Gi', '4Gi', false],
  ['mirror <= reference', '500m', '0.25', true],
  ['mirror <= reference', '30s', '1min', false],
  ['mirror <= 2 x reference', '30s', '1min', true],
  ['mirror >= reference', '128MB', '1GB', true],
  ['mirror >= reference', '1 h', '500MB', false],
  ['mirror >= reference', 'large', 'small', false],
  ['mirror >= reference', '1', null, false],
])('%j of %j and %j holds: %j', (text, reference, mirror, expected) => {
  const must = readMust(text);

  expect(must !== null && holds(must, reference, mirror)).toBe(expected);
});
