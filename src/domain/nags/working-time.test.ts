import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type WorkingHours,
  afterWorkingTime,
  localDay,
  nextLocalDay,
  nextWorkingMoment,
  workingDay,
  workingTimeBetween,
} from './working-time.ts';

const hour = 3_600_000;
const london: WorkingHours = { from: '09:00', to: '17:30', timezone: 'Europe/London' };
const newYork = { ...london, timezone: 'America/New_York' };
const kolkata = { ...london, timezone: 'Asia/Kolkata' };
const night = { from: '00:30', to: '08:00', timezone: 'Europe/London' };

describe('working time', () => {
  it.each<[string, string, string, WorkingHours, number]>([
    ['within a day', '2026-11-20T10:00Z', '2026-11-20T12:00Z', london, 2],
    ['over a night', '2026-11-19T16:30Z', '2026-11-20T10:00Z', london, 2],
    ['over a weekend', '2026-11-20T16:30Z', '2026-11-23T10:00Z', london, 2],
    ['at the weekend', '2026-11-21T00:00Z', '2026-11-22T23:00Z', london, 0],
    ['backwards', '2026-11-20T12:00Z', '2026-11-20T10:00Z', london, 0],
    ['in New York', '2026-11-20T10:00Z', '2026-11-20T15:00Z', newYork, 1],
    ['in India, whose clocks are half an hour off', '2026-11-20T03:00Z', '2026-11-20T05:00Z', kolkata, 1.5],
    ['over the end of summer time', '2026-10-23T12:00Z', '2026-10-26T12:00Z', london, 7.5],
    ['over the beginning of summer time', '2026-03-27T12:00Z', '2026-03-30T12:00Z', london, 9.5],
    ['a whole week', '2026-11-16T00:00Z', '2026-11-23T00:00Z', london, 42.5],
  ])('%s', (_, from, to, hours, expected) => {
    expect(workingTimeBetween(new Date(from), new Date(to), hours)).toBe(expected * hour);
  });

  it.each<[string, string, number, WorkingHours, string]>([
    ['the same day', '2026-11-20T10:00Z', 4, london, '2026-11-20T14:00Z'],
    ['the next morning', '2026-11-19T16:00Z', 4, london, '2026-11-20T11:30Z'],
    ['after the weekend', '2026-11-20T16:00Z', 4, london, '2026-11-23T11:30Z'],
    ['counting from before work', '2026-11-20T03:00Z', 4, london, '2026-11-20T13:00Z'],
    ['counting from the weekend', '2026-11-21T12:00Z', 4, london, '2026-11-23T13:00Z'],
    ['at the very end of a day', '2026-11-20T13:30Z', 4, london, '2026-11-20T17:30Z'],
    ['a day later at the same time', '2026-11-20T12:00Z', 8.5, london, '2026-11-23T12:00Z'],
    ['the same over the end of summer time', '2026-10-23T12:00Z', 8.5, london, '2026-10-26T13:00Z'],
    ['the same over the beginning of summer time', '2026-03-27T12:00Z', 8.5, london, '2026-03-30T11:00Z'],
    ['none at all', '2026-11-21T12:00Z', 0, london, '2026-11-21T12:00Z'],
    ['in New York', '2026-11-20T10:00Z', 4, newYork, '2026-11-20T18:00Z'],
  ])('is over %s', (_, from, hours, where, expected) => {
    expect(afterWorkingTime(new Date(from), hours * hour, where)).toEqual(new Date(expected));
  });

  it.each<[string, string, WorkingHours, string]>([
    ['at work', '2026-11-20T10:00Z', london, '2026-11-20T10:00Z'],
    ['before work', '2026-11-20T08:59:59Z', london, '2026-11-20T09:00Z'],
    ['at the end of work', '2026-11-20T17:30Z', london, '2026-11-23T09:00Z'],
    ['at night', '2026-11-19T23:00Z', london, '2026-11-20T09:00Z'],
    ['on Sunday, whose night clocks go back', '2026-10-25T00:30Z', london, '2026-10-26T09:00Z'],
    ['on Friday before clocks go forward', '2026-03-27T18:00Z', london, '2026-03-30T08:00Z'],
    ['in New York', '2026-11-20T13:00Z', newYork, '2026-11-20T14:00Z'],
    ['in a zone that nobody knows', '2026-11-20T08:00Z', { ...london, timezone: 'Mars/Base' }, '2026-11-20T09:00Z'],
    ['where there was no Friday', '2011-12-30T09:00Z', { ...london, timezone: 'Pacific/Apia' }, '2012-01-01T19:00Z'],
  ])('goes on %s', (_, at, where, expected) => {
    expect(nextWorkingMoment(new Date(at), where)).toEqual(new Date(expected));
  });

  it.each([
    ['2026-11-20T23:30Z', 'Europe/London', '2026-11-20', '2026-11-21T00:00Z'],
    ['2026-11-20T23:30Z', 'Asia/Kolkata', '2026-11-21', '2026-11-21T18:30Z'],
    ['2026-11-20T03:00Z', 'America/New_York', '2026-11-19', '2026-11-20T05:00Z'],
    ['2026-10-25T12:00Z', 'Europe/London', '2026-10-25', '2026-10-26T00:00Z'],
    ['2026-10-24T23:30Z', 'Europe/London', '2026-10-25', '2026-10-26T00:00Z'],
  ])('%s in %s is on %s, and the next day begins %s', (at, zone, day, next) => {
    expect([localDay(new Date(at), zone), nextLocalDay(new Date(at), zone)]).toEqual([day, new Date(next)]);
  });
});

describe('whatever the zone and the hours', () => {
  const zones = ['Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC'];
  const hours = fc.oneof(
    fc.constantFrom(...zones).map((timezone) => ({ ...london, timezone })),
    fc.constantFrom(...zones).map((timezone) => ({ ...night, timezone })),
  );
  const moment = fc.integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2030, 0, 1) }).map((at) => new Date(at));
  const amount = fc.integer({ min: 0, max: 60 * hour });

  it('so much time later, so much has been worked', () => {
    fc.assert(
      fc.property(moment, amount, hours, (from, milliseconds, where) => {
        const after = afterWorkingTime(from, milliseconds, where);

        expect(workingTimeBetween(from, after, where)).toBe(milliseconds);
      }),
    );
  });

  it('more work is never over earlier, nor is what begins later', () => {
    fc.assert(
      fc.property(moment, amount, amount, hours, (from, one, other, where) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const later = new Date(from.getTime() + one);

        expect(afterWorkingTime(from, less, where) <= afterWorkingTime(from, more, where)).toBe(true);
        expect(afterWorkingTime(from, other, where) <= afterWorkingTime(later, other, where)).toBe(true);
      }),
    );
  });

  it('time adds up', () => {
    fc.assert(
      fc.property(moment, amount, amount, hours, (from, one, other, where) => {
        const middle = new Date(from.getTime() + one);
        const end = new Date(middle.getTime() + other);

        expect(workingTimeBetween(from, middle, where) + workingTimeBetween(middle, end, where)).toBe(
          workingTimeBetween(from, end, where),
        );
      }),
    );
  });

  it('the next moment is at work, not earlier, and nobody works before it', () => {
    fc.assert(
      fc.property(moment, hours, (at, where) => {
        const next = nextWorkingMoment(at, where);

        expect(next >= at).toBe(true);
        expect(workingTimeBetween(at, next, where)).toBe(0);
        expect(workingTimeBetween(next, new Date(next.getTime() + 1), where)).toBe(1);
      }),
    );
  });
});

it('a working day is as long as the clock says', () => {
  expect(workingDay(london)).toBe(8.5 * hour);
});
