import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from './timestamp.ts';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-20T14:05:00Z', '2026-11-20T14:05:00.000Z'],
    ['2026-11-20t14:05:00z', '2026-11-20T14:05:00.000Z'],
    ['2026-11-20T14:05:00.123Z', '2026-11-20T14:05:00.123Z'],
    ['2026-11-20T14:05:00.123456789Z', '2026-11-20T14:05:00.123Z'],
    ['2026-11-20T14:05:00.5Z', '2026-11-20T14:05:00.500Z'],
    ['2026-11-20T14:05Z', '2026-11-20T14:05:00.000Z'],
    ['2026-11-20T14:05:00+02:00', '2026-11-20T12:05:00.000Z'],
    ['2026-11-20T14:05:00-05:30', '2026-11-20T19:35:00.000Z'],
    ['2021-06-08T15:16:05.000+0000', '2021-06-08T15:16:05.000Z'],
    ['2017-09-15 16:50:55 UTC', '2017-09-15T16:50:55.000Z'],
    ['2021-04-28 21:50:00 +0200', '2021-04-28T19:50:00.000Z'],
    ['2016-01-16 00:00:00 +0000 UTC', '2016-01-16T00:00:00.000Z'],
    ['2016-01-16 01:00:00.123456789 +0100 CET', '2016-01-16T00:00:00.123Z'],
    ['2016-01-16 01:00:00.123456789 +0100 CET m=+0.000012', '2016-01-16T00:00:00.123Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    [' 2026-11-20T14:05:00Z\n', '2026-11-20T14:05:00.000Z'],
    [1557933657, '2019-05-15T15:20:57.000Z'],
    ['1557933657', '2019-05-15T15:20:57.000Z'],
    [1557933657.25, '2019-05-15T15:20:57.250Z'],
    ['1557933657.25', '2019-05-15T15:20:57.250Z'],
    [1557933657123, '2019-05-15T15:20:57.123Z'],
    ['1557933657123', '2019-05-15T15:20:57.123Z'],
    [1557933657123456, '2019-05-15T15:20:57.123Z'],
    ['1557933657123456', '2019-05-15T15:20:57.123Z'],
    ['1502709956288000110', '2017-08-14T11:25:56.288Z'],
    // oxlint-disable-next-line no-loss-of-precision -- a JSON parser makes this of it
    [1502709956288000110, '2017-08-14T11:25:56.288Z'],
  ])('reads %j', (value, expected) => {
    expect(parseTimestamp(value)?.toISOString()).toBe(expected);
  });

  it.each([
    ['no zone', '2026-11-20T14:05:00'],
    ['no time of day', '2026-11-20'],
    ['year one of Go', '0001-01-01T00:00:00Z'],
    ['zero', 0],
    ['zero in digits', '0'],
    ['before 1970', '1969-12-31T23:59:59Z'],
    ['after 2100', '2101-01-01T00:00:00Z'],
    ['seconds after 2100', 99_999_999_999],
    ['negative', -1],
    ['not finite', Number.POSITIVE_INFINITY],
    ['no such day', '2026-02-30T00:00:00Z'],
    ['no such month', '2026-13-01T00:00:00Z'],
    ['no such hour', '2026-11-20T24:00:00Z'],
    ['no such offset', '2026-11-20T14:05:00+24:00'],
    ['words', 'yesterday'],
    ['text around it', 'at 2026-11-20T14:05:00Z'],
    ['empty', ''],
    ['null', null],
    ['an object', {}],
  ])('refuses %s', (_, value) => {
    expect(parseTimestamp(value)).toBeNull();
  });

  it('reads text without a zone in the zone that it is told', () => {
    expect(parseTimestamp('2026-07-01 14:05:00', 'Europe/Berlin')?.toISOString()).toBe('2026-07-01T12:05:00.000Z');
    expect(parseTimestamp('2026-01-01T14:05:00', 'Europe/Berlin')?.toISOString()).toBe('2026-01-01T13:05:00.000Z');
    expect(parseTimestamp('2026-07-01T14:05:00Z', 'Europe/Berlin')?.toISOString()).toBe('2026-07-01T14:05:00.000Z');
  });

  it('reads back every moment from 1970 to 2100, in every unit', () => {
    const moment = fc.integer({ min: 100_000_000_000, max: Date.UTC(2100, 11, 31) });
    fc.assert(
      fc.property(moment, (ms) => {
        expect(parseTimestamp(new Date(ms).toISOString())?.getTime()).toBe(ms);
        expect(parseTimestamp(`${ms}`)?.getTime()).toBe(ms);
        expect(parseTimestamp(`${ms}000`)?.getTime()).toBe(ms);
        expect(parseTimestamp(`${ms}999999`)?.getTime()).toBe(ms);
        expect(parseTimestamp(Math.floor(ms / 1000))?.getTime()).toBe(Math.floor(ms / 1000) * 1000);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = parseTimestamp(value);
        expect(parsed === null || !Number.isNaN(parsed.getTime())).toBe(true);
      }),
    );
  });
});
