import { describe, expect, it } from 'vitest';
import { quietUntil, timeOfDay } from './quiet-hours.ts';

describe('quiet hours', () => {
  const night = { from: '18:00', to: '09:00' };
  const lunch = { from: '12:00', to: '13:30' };
  it.each([
    // In London, which is UTC in winter.
    [night, 'Europe/London', '2026-11-20T17:59:59Z', null],
    [night, 'Europe/London', '2026-11-20T18:00:00Z', '2026-11-21T09:00:00Z'],
    [night, 'Europe/London', '2026-11-20T23:59:00Z', '2026-11-21T09:00:00Z'],
    [night, 'Europe/London', '2026-11-21T00:00:00Z', '2026-11-21T09:00:00Z'],
    [night, 'Europe/London', '2026-11-21T08:59:00Z', '2026-11-21T09:00:00Z'],
    [night, 'Europe/London', '2026-11-21T09:00:00Z', null],
    [lunch, 'America/New_York', '2026-11-20T17:10:00Z', '2026-11-20T18:30:00Z'],
    [lunch, 'America/New_York', '2026-11-20T18:30:00Z', null],
    // Clocks go back in the night to 25 October, and forward in that to 28 March.
    [night, 'Europe/London', '2026-10-24T20:00:00Z', '2026-10-25T09:00:00Z'],
    [night, 'Europe/London', '2027-03-27T20:00:00Z', '2027-03-28T08:00:00Z'],
    // An end that the clock skips, and one that it shows twice.
    [{ from: '22:00', to: '01:30' }, 'Europe/London', '2027-03-27T23:00:00Z', '2027-03-28T01:30:00Z'],
    [{ from: '22:00', to: '01:30' }, 'Europe/London', '2026-10-24T23:00:00Z', '2026-10-25T00:30:00Z'],
    [night, 'Nowhere/None', '2026-11-20T18:00:00Z', '2026-11-21T09:00:00Z'],
    [{ from: '09:00', to: '09:00' }, 'UTC', '2026-11-20T09:00:00Z', null],
  ])('%j in %s at %s last until %s', (hours, zone, now, until) => {
    expect(quietUntil(hours, zone, new Date(now))?.toISOString() ?? null).toBe(
      until === null ? null : new Date(until).toISOString(),
    );
  });

  it.each([
    ['18:00', '18:00'],
    ['00:00', '00:00'],
    ['24:00', null],
    ['9:00', null],
    ['18:60', null],
    ['<!channel>', null],
    ['', null],
  ])('%j is the time of day %j', (text, time) => {
    expect(timeOfDay(text)).toBe(time);
  });
});
