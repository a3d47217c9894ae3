import { expect, it } from 'vitest';
import { onsetOf } from './onset.ts';

const heard = new Date('2026-11-20T14:00:00Z');

it.each([
  ['as told', '2026-11-20T13:52:00Z', '2026-11-20T13:52:00Z', null],
  ['as told a day later', '2026-11-19T14:00:00Z', '2026-11-19T14:00:00Z', null],
  ['when we heard, where a clock is a little ahead', '2026-11-20T14:00:20Z', '2026-11-20T14:00:00Z', null],
  [
    'when we heard, where it would be in the future',
    '2026-11-20T17:00:00Z',
    '2026-11-20T14:00:00Z',
    '2026-11-20T17:00:00Z',
  ],
  [
    'when we heard, where it would be years ago',
    '2019-01-01T00:00:00Z',
    '2026-11-20T14:00:00Z',
    '2019-01-01T00:00:00Z',
  ],
])('a fault began %s', (_how, told, at, doubted) => {
  expect(onsetOf(new Date(told), heard)).toEqual({
    at: new Date(at),
    doubted: doubted === null ? null : new Date(doubted),
  });
});
