import {
  type WallTime,
  instantsOf,
  knownZone,
  shiftWall,
  startOfDay,
  wallTime,
  weekdayOf,
} from '../since/time-zone.ts';

/** When somebody works, Monday to Friday, by the clock on their wall. */
export interface WorkingHours {
  /** `09:00`. */
  readonly from: string;
  readonly to: string;
  /** An IANA name; what is none is UTC. */
  readonly timezone: string;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Between these moments no clock change can be missed, and no loop is endless. */
const mostDays = 3700;
const mostRemembered = 20_000;
const remembered = new Map<string, Span | null>();

/** How much of the time between two moments somebody works, in milliseconds. Zero when the second is not later. */
export function workingTimeBetween(from: Date, to: Date, hours: WorkingHours): number {
  let total = 0;
  for (const span of spansFrom(from, hours)) {
    if (span.from >= to.getTime()) break;
    total += Math.max(0, Math.min(span.to, to.getTime()) - Math.max(span.from, from.getTime()));
  }
  return total;
}

/** The first moment by which so much has been worked: after none at all, `from` itself; otherwise at most the end of a day. */
export function afterWorkingTime(from: Date, milliseconds: number, hours: WorkingHours): Date {
  if (milliseconds <= 0) return from;
  let left = milliseconds;
  let last = from.getTime();
  for (const span of spansFrom(from, hours)) {
    const begins = Math.max(span.from, from.getTime());
    if (span.to - begins >= left) return new Date(begins + left);
    left -= Math.max(0, span.to - begins);
    last = Math.max(last, span.to);
  }
  // Longer than anybody waits.
  return new Date(last);
}

/** `at`, unless nobody works then: the beginning of the next day on which somebody does. */
export function nextWorkingMoment(at: Date, hours: WorkingHours): Date {
  for (const span of spansFrom(at, hours)) {
    if (at.getTime() < span.to) return new Date(Math.max(span.from, at.getTime()));
  }
  return at;
}

/** How long a working day is by the clock, in milliseconds. */
export function workingDay({ from, to }: Pick<WorkingHours, 'from' | 'to'>): number {
  return minutesOf(to) * 60_000 - minutesOf(from) * 60_000;
}

/** The day on somebody's calendar: `2026-11-20`. */
export function localDay(at: Date, timezone: string): string {
  return dayOf(wallTime(at, zoneOf(timezone)));
}

/** When the day after this one begins where they are. */
export function nextLocalDay(at: Date, timezone: string): Date {
  const zone = zoneOf(timezone);
  return instantsOf(shiftWall(startOfDay(wallTime(at, zone)), { days: 1 }), zone).earlier;
}

/** The working days from that of `at` on. Nobody works where the hours end before they begin. */
function* spansFrom(at: Date, { from, to, timezone }: WorkingHours): Generator<Span> {
  const zone = zoneOf(timezone);
  const prefix = `${zone} ${from} ${to} `;
  let day = startOfDay(wallTime(at, zone));
  for (let count = 0; count < mostDays; count += 1) {
    const span = rememberedSpan(`${prefix}${dayOf(day)}`, day, { from, to, timezone: zone });
    if (span !== null) yield span;
    day = shiftWall(day, { days: 1 });
  }
}

/** A day's hours are asked for again and again, and cost several look-ups in the tables of time zones. */
function rememberedSpan(key: string, day: WallTime, hours: WorkingHours): Span | null {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const span = spanOf(day, hours);
  remembered.set(key, span);
  return span;
}

function spanOf(day: WallTime, { from, to, timezone }: WorkingHours): Span | null {
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return null;
  const begins = instantsOf(at(day, from), timezone).earlier;
  const ends = instantsOf(at(day, to), timezone).later;
  // A place that moved over the date line had no such day.
  const isThere = dayOf(wallTime(begins, timezone)) === dayOf(day);
  return isThere && begins < ends ? { from: begins.getTime(), to: ends.getTime() } : null;
}

function at(day: WallTime, time: string): WallTime {
  const minutes = minutesOf(time);
  return { ...day, hour: Math.floor(minutes / 60), minute: minutes % 60 };
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function dayOf({ year, month, day }: WallTime): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}`;
}

function zoneOf(timezone: string): string {
  return zones.get(timezone) ?? learn(timezone);
}

const zones = new Map<string, string>();

function learn(timezone: string): string {
  const zone = knownZone(timezone) ?? 'UTC';
  if (zones.size >= 1000) zones.clear();
  zones.set(timezone, zone);
  return zone;
}
