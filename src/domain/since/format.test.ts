import { expect, it } from 'vitest';
import { formatDuration, formatWindow } from './format.ts';

it.each([
  [0, '0 s'],
  [999, '0 s'],
  [45_000, '45 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [4 * 60_000 + 59_000, '4 min'],
  [3_600_000, '1 h'],
  [2 * 3_600_000 + 13 * 60_000, '2 h 13 min'],
  [24 * 3_600_000 - 1, '23 h 59 min'],
  [24 * 3_600_000, '1 day'],
  [28 * 3_600_000, '1 day 4 h'],
  [72 * 3_600_000, '3 days'],
  [72 * 3_600_000 + 59 * 60_000, '3 days'],
  [400 * 24 * 3_600_000, '400 days'],
  [-5, '0 s'],
  [Number.NaN, '0 s'],
  [Infinity, '0 s'],
])('%d ms is %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

const now = '2026-11-20T16:13:00Z';

it.each([
  ['2026-11-20T14:00Z', now, 'Europe/London', now, 'since 14:00 (2 h 13 min, your time)'],
  ['2026-11-20T00:00Z', now, 'Europe/London', now, 'since 00:00 (16 h 13 min, your time)'],
  ['2026-11-19T15:00Z', now, 'Europe/London', now, 'since yesterday 15:00 (1 day 1 h, your time)'],
  ['2026-11-19T20:00Z', now, 'Asia/Kolkata', now, 'since 01:30 (20 h 13 min, your time)'],
  ['2026-11-13T09:00Z', now, 'Europe/London', now, 'since Fri 13 Nov 09:00 (7 days 7 h, your time)'],
  ['2025-11-20T09:00Z', now, 'Europe/London', now, 'since Thu 20 Nov 2025 09:00 (365 days 7 h, your time)'],
  ['2026-11-20T16:12:15Z', now, 'Europe/London', now, 'since 16:12 (45 s, your time)'],
  // Three days on the calendar, of which one had 23 hours; and one that had 25.
  [
    '2026-03-27T09:00Z',
    '2026-03-30T08:00Z',
    'Europe/London',
    '2026-03-30T08:00Z',
    'since Fri 27 Mar 09:00 (3 days, your time)',
  ],
  [
    '2026-10-24T08:00Z',
    '2026-10-25T09:00Z',
    'Europe/London',
    '2026-10-25T09:00Z',
    'since yesterday 09:00 (1 day, your time)',
  ],
  [
    '2026-10-24T08:00Z',
    '2026-10-25T08:00Z',
    'Europe/London',
    '2026-10-25T08:00Z',
    'since yesterday 09:00 (24 h, your time)',
  ],
  ['2026-11-20T14:00Z', '2026-11-20T15:00Z', 'Europe/London', now, 'from 14:00 to 15:00 today'],
  ['2026-11-19T14:00Z', '2026-11-19T15:00Z', 'Europe/London', now, 'from 14:00 to 15:00 yesterday'],
  ['2026-11-16T14:00Z', '2026-11-16T15:00Z', 'Europe/London', now, 'from 14:00 to 15:00 on Mon 16 Nov'],
  ['2025-11-16T14:00Z', '2025-11-16T15:00Z', 'Europe/London', now, 'from 14:00 to 15:00 on Sun 16 Nov 2025'],
  ['2026-11-19T22:00Z', '2026-11-20T06:00Z', 'Europe/London', now, 'from yesterday 22:00 to today 06:00'],
  ['2026-11-16T09:00Z', '2026-11-18T10:00Z', 'America/New_York', now, 'from Mon 16 Nov 04:00 to Wed 18 Nov 05:00'],
  ['2026-11-20T14:00Z', now, 'Mars/Olympus', now, 'since 14:00 (2 h 13 min, UTC)'],
  ['2026-11-20T14:00Z', '2026-11-20T15:00Z', 'Mars/Olympus', now, 'from 14:00 to 15:00 today UTC'],
])('%s to %s in %s', (from, to, timezone, at, words) => {
  expect(formatWindow({ from: new Date(from), to: new Date(to) }, { now: new Date(at), timezone })).toBe(words);
});
