import { expect, it } from 'vitest';
import { before, matchDuration } from './duration.ts';
import { tokensOf } from './tokens.ts';

const h = 3_600_000;

it.each([
  ['2h', 1, 0, 0, 2 * h],
  ['90m', 1, 0, 0, 1.5 * h],
  ['45s', 1, 0, 0, 45_000],
  ['1h30m', 1, 0, 0, 1.5 * h],
  ['1h30', 1, 0, 0, 1.5 * h],
  ['1h 30m prod', 2, 0, 0, 1.5 * h],
  ['1.5h', 1, 0, 0, 1.5 * h],
  ['1.5d', 1, 0, 1, 12 * h],
  ['3d', 1, 0, 3, 0],
  ['1w', 1, 0, 7, 0],
  ['2mo', 1, 2, 0, 0],
  ['1y', 1, 12, 0, 0],
  ['1d12h', 1, 0, 1, 12 * h],
  ['2 hours', 2, 0, 0, 2 * h],
  ['2 hours and 30 minutes', 5, 0, 0, 2.5 * h],
  ['an hour ago', 3, 0, 0, h],
  ['half an hour', 3, 0, 0, h / 2],
  ['half hour', 2, 0, 0, h / 2],
  ['a couple of hours ago', 5, 0, 0, 2 * h],
  ['a few days', 3, 0, 3, 0],
  ['last 2 hours', 3, 0, 0, 2 * h],
  ['the past 15 min', 4, 0, 0, h / 4],
  ['last hour', 2, 0, 0, h],
  ['last week', 2, 0, 7, 0],
  ['three weeks ago', 3, 0, 21, 0],
  ['-2h', 1, 0, 0, 2 * h],
  ['2h 3h', 1, 0, 0, 2 * h],
])('%s takes %d words', (text, length, months, days, milliseconds) => {
  expect(matchDuration(tokensOf(text), 0)).toMatchObject({ length, duration: { months, days, milliseconds } });
});

it.each([
  '2',
  'h',
  '14:00',
  'the',
  'last',
  'last friday',
  'last deploy',
  '1d22d3d',
  '1234567d',
  '2x',
  '1.5mo',
  'a',
  'half',
])('%s is no duration', (text) => {
  expect(matchDuration(tokensOf(text), 0)).toBeNull();
});

it('says when a duration could be a time of day', () => {
  expect(matchDuration(tokensOf('14h'), 0)?.note).toContain('14:00');
  expect(matchDuration(tokensOf('12h'), 0)?.note).toBeNull();
  expect(matchDuration(tokensOf('24h'), 0)?.note).toBeNull();
});

it('counts days on the calendar and hours by the clock', () => {
  const now = new Date('2026-03-30T08:00Z');

  const days = before(now, { months: 0, days: 3, milliseconds: 0 }, 'Europe/London');
  const hours = before(now, { months: 0, days: 0, milliseconds: 72 * h }, 'Europe/London');

  expect(days?.earlier).toEqual(new Date('2026-03-27T09:00Z'));
  expect(hours?.earlier).toEqual(new Date('2026-03-27T08:00Z'));
});

it('does not reach further back than a calendar does', () => {
  expect(before(new Date(0), { months: 99_999, days: 0, milliseconds: 0 }, 'UTC')).toBeNull();
});
