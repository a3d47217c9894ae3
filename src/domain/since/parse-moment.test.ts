import { expect, it } from 'vitest';
import { parseMoment } from './parse-moment.ts';

const now = new Date('2026-11-20T16:13:00Z');
const here = { now, timezone: 'America/New_York' };

it.each([
  ['14:05Z', '2026-11-20T14:05:00.000Z'],
  ['9:05', '2026-11-20T14:05:00.000Z'],
  ['0905', '2026-11-20T14:05:00.000Z'],
  ['09.05', '2026-11-20T14:05:00.000Z'],
  ['at 9:05am', '2026-11-20T14:05:00.000Z'],
  ['it began around 9:05', '2026-11-20T14:05:00.000Z'],
  ['20 minutes ago', '2026-11-20T15:53:00.000Z'],
  ['20m', '2026-11-20T15:53:00.000Z'],
  ['yesterday 23:50', '2026-11-20T04:50:00.000Z'],
  ['2026-11-20T14:05Z', '2026-11-20T14:05:00.000Z'],
  ['1763647500', '2025-11-20T14:05:00.000Z'],
])('reads %s in the time zone of who wrote it', (text, at) => {
  const read = parseMoment(text, here);

  expect(read.outcome === 'moment' ? read.at.toISOString() : read).toBe(at);
});

it('takes yesterday’s for a time of day that is still to come, and says so', () => {
  expect(parseMoment('23:50', here)).toEqual({
    outcome: 'moment',
    at: new Date('2026-11-20T04:50:00Z'),
    notes: [expect.stringContaining('yesterday')],
  });
});

it.each([
  ['', 'no time'],
  ['soonish', 'no time'],
  ['2026-11-20T18:00Z', 'still to come'],
  ['14:05 in Rome', 'cannot read “in Rome”'],
  ['2026-02-31 10:00', 'not a date'],
])('says what is wrong with “%s”', (text, problem) => {
  expect(parseMoment(text, here)).toEqual({ outcome: 'not-understood', problem: expect.stringContaining(problem) });
});
