import { instantsOf, knownZone, shiftWall, type WallTime, wallTime, weekdayOf } from './time-zone.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `45 s`, `4 min`, `2 h 13 min`, `3 days`, `1 day 4 h`: its two largest units, rounded down. Days have 24 hours. */
export function formatDuration(milliseconds: number): string {
  const length = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
  return inUnits(Math.floor(length / day), length % day);
}

/**
 * A window as the first line of an answer says it, without its notes. A window that ends now is open: only its
 * beginning is said. Times are of `timezone`; a name that is no time zone gives UTC and says so.
 */
export function formatWindow(
  { from, to }: { readonly from: Date; readonly to: Date },
  { now, timezone }: { readonly now: Date; readonly timezone: string },
): string {
  const known = knownZone(timezone);
  const zone = known ?? 'UTC';
  const [start, end, today] = [wallTime(from, zone), wallTime(to, zone), wallTime(now, zone)];
  if (to.getTime() >= now.getTime()) {
    const whose = known === null ? 'UTC' : 'your time';
    return `since ${momentName(start, today)} (${calendarLength(from, to, zone)}, ${whose})`;
  }
  const suffix = known === null ? ' UTC' : '';
  if (!sameDay(start, end)) return `from ${fullName(start, today)} to ${fullName(end, today)}${suffix}`;
  const on = daysAgo(start, today) <= 1 ? '' : 'on ';
  return `from ${clockName(start)} to ${clockName(end)} ${on}${dayName(start, today)}${suffix}`;
}

/** `today`, `yesterday`, `Fri 20 Nov`; with the year when it is not this one. */
export function dayName(wall: WallTime, today: WallTime): string {
  const ago = daysAgo(wall, today);
  if (ago === 0) return 'today';
  if (ago === 1) return 'yesterday';
  const year = wall.year === today.year ? '' : ` ${wall.year}`;
  return `${weekdayNames[weekdayOf(wall)]} ${wall.day} ${monthNames[wall.month - 1]}${year}`;
}

export function clockName(wall: WallTime): string {
  return `${twoDigits(wall.hour)}:${twoDigits(wall.minute)}`;
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function momentName(wall: WallTime, today: WallTime): string {
  return sameDay(wall, today) ? clockName(wall) : fullName(wall, today);
}

function fullName(wall: WallTime, today: WallTime): string {
  return `${dayName(wall, today)} ${clockName(wall)}`;
}

function sameDay(a: WallTime, b: WallTime): boolean {
  return a.year === b.year && a.month === b.month && a.day === b.day;
}

function daysAgo(wall: WallTime, today: WallTime): number {
  return (Date.UTC(today.year, today.month - 1, today.day) - Date.UTC(wall.year, wall.month - 1, wall.day)) / day;
}

/** Counts whole days on the calendar, so that `3d` is shown as 3 days also when one of them had 23 hours. */
function calendarLength(from: Date, to: Date, zone: string): string {
  const start = wallTime(from, zone);
  const upTo = (days: number) => instantsOf(shiftWall(start, { days }), zone).earlier.getTime();
  let days = Math.max(0, Math.round((to.getTime() - from.getTime()) / day));
  if (days > 0 && upTo(days) > to.getTime()) days--;
  return inUnits(days, to.getTime() - (days === 0 ? from.getTime() : upTo(days)));
}

function inUnits(days: number, rest: number): string {
  const hours = Math.floor(rest / hour);
  const minutes = Math.floor((rest % hour) / minute);
  const inDays = `${days} ${days === 1 ? 'day' : 'days'}`;
  if (days > 0) return hours === 0 ? inDays : `${inDays} ${hours} h`;
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.max(0, Math.floor(rest / second))} s`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
