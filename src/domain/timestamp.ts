import { TZDate } from '@date-fns/tz';

const text =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:([Zz]|UTC|GMT)|([+-])(\d\d):?(\d\d)(?: [A-Z][A-Za-z]{0,4}| [+-]\d\d(?:\d\d)?)?)?(?: m=[+-][\d.]+)?$/;

/**
 * Reads a time in any form that sources send: RFC 3339 and its relatives (`+0000`, ` UTC`, Go's ` +0000 UTC`), and
 * epoch seconds, milliseconds, microseconds or nanoseconds, told apart by their size, as a number or as digits (which
 * keep what a number past 2^53 has lost). Finer than a millisecond is cut off.
 *
 * Null: not a time, a time outside 1970…2100, or one that means "none" (0, Go's year 1). So is text without a zone,
 * unless `zone` (IANA name or offset) says which one it was written in.
 */
export function parseTimestamp(value: unknown, zone?: string): Date | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 60) return null;
  const written = value.trim();
  if (/^\d{1,20}$/.test(written)) return fromDigits(written);
  if (/^\d{1,11}\.\d{1,9}$/.test(written)) return fromNumber(Number(written));
  return fromText(written, zone);
}

function fromNumber(value: number): Date | null {
  if (!Number.isFinite(value) || value <= 0) return null;
  if (value < 1e11) return plausible(new Date(Math.floor(value * 1000)));
  return fromDigits(BigInt(Math.floor(value)).toString());
}

function fromDigits(digits: string): Date | null {
  const count = BigInt(digits);
  if (count === 0n) return null;
  if (count < 10n ** 11n) return plausible(new Date(Number(count) * 1000));
  if (count < 10n ** 14n) return plausible(new Date(Number(count)));
  if (count < 10n ** 17n) return plausible(new Date(Number(count / 1000n)));
  return plausible(new Date(Number(count / 1_000_000n)));
}

function fromText(written: string, zone: string | undefined): Date | null {
  const match = text.exec(written);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', utc, sign, offsetHours, offsetMinutes] = match;
  const at = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number];
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (!isCalendarTime(at)) return null;
  if (utc !== undefined) return plausible(new Date(utcOf(at, milliseconds)));
  if (sign !== undefined) {
    const [hours, minutes] = [Number(offsetHours), Number(offsetMinutes)];
    if (hours > 23 || minutes > 59) return null;
    const offset = (hours * 60 + minutes) * 60_000 * (sign === '-' ? -1 : 1);
    return plausible(new Date(utcOf(at, milliseconds) - offset));
  }
  if (zone === undefined) return null;
  const [y, mo, d, h, mi, s] = at;
  return plausible(new Date(new TZDate(y, mo - 1, d, h, mi, s, milliseconds, zone).getTime()));
}

type CalendarTime = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];

function utcOf([year, month, day, hour, minute, second]: CalendarTime, milliseconds: number): number {
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

/** A leap second (`:60`) is the first of the next minute. */
function isCalendarTime([year, month, day, hour, minute, second]: CalendarTime): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
}

function plausible(date: Date): Date | null {
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 2100 ? date : null;
}
