import { describe, expect, it } from 'vitest';
import { type DigestTimes, isLate, lastDue, nextDue } from './schedule.ts';

const monday: DigestTimes = { day: 'monday', time: '09:00', timezone: 'Europe/London' };
const night = (timezone: string): DigestTimes => ({ day: 'sunday', time: '02:30', timezone });

describe('the last digest that was due', () => {
  it.each<[string, DigestTimes, string, string, string]>([
    ['at the very moment', monday, '2026-11-23T09:00:00Z', '2026-W48', '2026-11-23T09:00:00.000Z'],
    ['a moment before', monday, '2026-11-23T08:59:59Z', '2026-W47', '2026-11-16T09:00:00.000Z'],
    ['at the end of its week', monday, '2026-11-29T23:59:00Z', '2026-W48', '2026-11-23T09:00:00.000Z'],
    ['in summer', monday, '2026-07-06T08:00:00Z', '2026-W28', '2026-07-06T08:00:00.000Z'],
    [
      'where the week has begun and here it has not',
      { ...monday, timezone: 'Pacific/Kiritimati' },
      '2026-11-22T19:00:00Z',
      '2026-W48',
      '2026-11-22T19:00:00.000Z',
    ],
    [
      'on the last day of a week',
      { ...monday, day: 'sunday' },
      '2026-11-28T12:00:00Z',
      '2026-W47',
      '2026-11-22T09:00:00.000Z',
    ],
    ['in a year of 53 weeks', monday, '2026-12-30T12:00:00Z', '2026-W53', '2026-12-28T09:00:00.000Z'],
    ['in the first days of the year after', monday, '2027-01-02T12:00:00Z', '2026-W53', '2026-12-28T09:00:00.000Z'],
    [
      'on a night without 02:30 (Berlin), an hour later by the clock',
      night('Europe/Berlin'),
      '2026-03-29T12:00:00Z',
      '2026-W13',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'on a night without 02:30, not before',
      night('Europe/Berlin'),
      '2026-03-29T01:29:00Z',
      '2026-W12',
      '2026-03-22T01:30:00.000Z',
    ],
    [
      'on a night with 02:30 twice (Berlin), the first time',
      night('Europe/Berlin'),
      '2026-10-25T00:30:00Z',
      '2026-W43',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'between the two, the same one',
      night('Europe/Berlin'),
      '2026-10-25T01:30:00Z',
      '2026-W43',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'on a night without 02:30 (New York)',
      night('America/New_York'),
      '2026-03-08T12:00:00Z',
      '2026-W10',
      '2026-03-08T07:30:00.000Z',
    ],
    [
      'where clocks go back by half an hour (Lord Howe), the first 01:45',
      { day: 'sunday', time: '01:45', timezone: 'Australia/Lord_Howe' },
      '2026-04-05T00:00:00Z',
      '2026-W14',
      '2026-04-04T14:45:00.000Z',
    ],
    [
      'in a zone that nobody knows, by UTC',
      { ...monday, timezone: 'Mars/Olympus' },
      '2026-11-23T09:00:00Z',
      '2026-W48',
      '2026-11-23T09:00:00.000Z',
    ],
  ])('%s', (_, times, now, week, at) => {
    const due = lastDue(times, new Date(now));

    expect([due.week, due.at.toISOString()]).toEqual([week, at]);
  });

  it('is one for each week, whichever minute it is asked in, through two years of clock changes', () => {
    for (const timezone of ['Europe/Berlin', 'Australia/Lord_Howe']) {
      const seen = new Map<string, Set<number>>();
      const begin = Date.UTC(2026, 0, 5);
      for (let hour = 0; hour < 24 * 7 * 104; hour += 11) {
        const { week, at } = lastDue(night(timezone), new Date(begin + hour * 3_600_000 + 17 * 60_000));
        seen.set(week, (seen.get(week) ?? new Set()).add(at.getTime()));
      }

      expect([...seen.values()].every(({ size }) => size === 1)).toBe(true);
      expect(seen.size).toBe(105);
    }
  });
});

describe('the next digest', () => {
  it.each([
    ['2026-11-23T08:59:00Z', '2026-W48', '2026-11-23T09:00:00.000Z'],
    ['2026-11-23T09:00:00Z', '2026-W49', '2026-11-30T09:00:00.000Z'],
    ['2026-11-29T12:00:00Z', '2026-W49', '2026-11-30T09:00:00.000Z'],
  ])('after %s', (now, week, at) => {
    const due = nextDue(monday, new Date(now));

    expect([due.week, due.at.toISOString()]).toEqual([week, at]);
  });
});

it('is late after a quarter of an hour', () => {
  const due = new Date('2026-11-23T09:00:00Z');

  expect(isLate(due, new Date('2026-11-23T09:15:00Z'))).toBe(false);
  expect(isLate(due, new Date('2026-11-23T09:15:01Z'))).toBe(true);
});
