import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantsOf, isRealDate, knownZone, shiftWall, type WallTime, wallTime, weekdayOf } from './time-zone.ts';

function wall(iso: string): WallTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = iso.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute, second: 0, millisecond: 0 };
}

describe('instantsOf', () => {
  it.each([
    ['2026-11-20T14:00', 'UTC', 'once', '2026-11-20T14:00Z', '2026-11-20T14:00Z'],
    ['2026-07-20T14:00', 'Europe/London', 'once', '2026-07-20T13:00Z', '2026-07-20T13:00Z'],
    ['2026-03-29T00:59', 'Europe/London', 'once', '2026-03-29T00:59Z', '2026-03-29T00:59Z'],
    ['2026-03-29T01:30', 'Europe/London', 'skipped', '2026-03-29T01:30Z', '2026-03-29T01:30Z'],
    ['2026-03-29T02:00', 'Europe/London', 'once', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['2026-10-25T01:30', 'Europe/London', 'twice', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
    ['2026-10-25T02:00', 'Europe/London', 'once', '2026-10-25T02:00Z', '2026-10-25T02:00Z'],
    ['2026-03-08T02:30', 'America/New_York', 'skipped', '2026-03-08T07:30Z', '2026-03-08T07:30Z'],
    ['2026-11-01T01:30', 'America/New_York', 'twice', '2026-11-01T05:30Z', '2026-11-01T06:30Z'],
    ['2026-10-04T02:15', 'Australia/Lord_Howe', 'skipped', '2026-10-03T15:45Z', '2026-10-03T15:45Z'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', 'twice', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    ['2026-11-20T14:00', 'Asia/Kolkata', 'once', '2026-11-20T08:30Z', '2026-11-20T08:30Z'],
    ['2011-12-30T12:00', 'Pacific/Apia', 'skipped', '2011-12-30T22:00Z', '2011-12-30T22:00Z'],
    ['2011-12-31T12:00', 'Pacific/Apia', 'once', '2011-12-30T22:00Z', '2011-12-30T22:00Z'],
    ['2026-04-24T00:30', 'Africa/Cairo', 'skipped', '2026-04-23T22:30Z', '2026-04-23T22:30Z'],
    ['2026-11-20T14:00', 'Pacific/Kiritimati', 'once', '2026-11-20T00:00Z', '2026-11-20T00:00Z'],
    ['2026-11-20T14:00', '-05:00', 'once', '2026-11-20T19:00Z', '2026-11-20T19:00Z'],
  ])('%s in %s is shown %s', (local, zone, shown, earlier, later) => {
    expect(instantsOf(wall(local), zone)).toEqual({ shown, earlier: new Date(earlier), later: new Date(later) });
  });

  it('finds every instant again from what the wall shows at it', () => {
    const zones = [
      'Europe/London',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Africa/Cairo',
    ];
    const instant = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2037, 0, 1) });
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
        const { shown, earlier, later } = instantsOf(wallTime(new Date(at), zone), zone);

        expect(shown).not.toBe('skipped');
        expect([earlier.getTime(), later.getTime()]).toContain(at);
      }),
    );
  });
});

it.each([
  ['2026-03-31T09:00', { months: -1 }, '2026-02-28T09:00'],
  ['2024-03-31T09:00', { months: -1 }, '2024-02-29T09:00'],
  ['2026-01-15T09:00', { months: -12 }, '2025-01-15T09:00'],
  ['2026-03-01T09:00', { days: -1 }, '2026-02-28T09:00'],
  ['2026-12-31T09:00', { days: 1 }, '2027-01-01T09:00'],
])('%s moved by %j is %s', (from, by, to) => {
  expect(shiftWall(wall(from), by)).toEqual(wall(to));
});

it('knows the day of the week of a date', () => {
  expect([wall('2026-11-20T23:59'), wall('2026-11-22T00:00')].map(weekdayOf)).toEqual([5, 0]);
});

it.each([
  [2026, 2, 28, true],
  [2026, 2, 29, false],
  [2024, 2, 29, true],
  [2026, 13, 1, false],
  [2026, 4, 31, false],
  [2026, 1, 0, false],
])('%d-%d-%d is a date: %s', (year, month, day, real) => {
  expect(isRealDate({ year, month, day })).toBe(real);
});

it.each([
  ['europe/london', 'Europe/London'],
  ['UTC', 'UTC'],
  ['+05:30', '+05:30'],
  ['Mars/Olympus', null],
  ['', null],
  ['constructor', null],
  ['x'.repeat(5000), null],
])('spells the zone %j as %j', (name, zone) => {
  expect(knownZone(name)).toBe(zone);
});
