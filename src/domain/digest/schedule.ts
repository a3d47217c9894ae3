import {
  type WallTime,
  instantsOf,
  knownZone,
  shiftWall,
  startOfDay,
  wallTime,
  weekdayOf,
} from '../since/time-zone.ts';

export const digestDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type DigestDay = (typeof digestDays)[number];

/** When a digest is told, every week. */
export interface DigestTimes {
  readonly day: DigestDay;
  /** `09:00` by the clock on the wall there. */
  readonly time: string;
  /** An IANA name; what is none is UTC. */
  readonly timezone: string;
}

export interface DueDigest {
  /** By ISO 8601: `2026-W48`. */
  readonly week: string;
  readonly at: Date;
}

/** What is told later than this says so. */
const punctual = 15 * 60_000;

/**
 * The last one that was due by now. A time that the clock skips that night is due as much later as it skips; one that it
 * shows twice is due the first time.
 */
export function lastDue(times: DigestTimes, now: Date): DueDigest {
  const there = wallTime(now, zoneOf(times));
  const [days, before] = [daysTo(times.day, there), 7];
  const thisWeek = dueOn(times, shiftWall(there, { days }));
  return thisWeek.at <= now ? thisWeek : dueOn(times, shiftWall(there, { days: days - before }));
}

/** The first that is due after now. */
export function nextDue(times: DigestTimes, now: Date): DueDigest {
  const there = wallTime(now, zoneOf(times));
  const days = daysTo(times.day, there);
  const thisWeek = dueOn(times, shiftWall(there, { days }));
  return thisWeek.at > now ? thisWeek : dueOn(times, shiftWall(there, { days: days + 7 }));
}

export function isLate(dueAt: Date, now: Date): boolean {
  return now.getTime() - dueAt.getTime() > punctual;
}

/** From the day of `there` to that day of the same week, which begins on a Monday: −6 to 6. */
function daysTo(day: DigestDay, there: WallTime): number {
  return digestDays.indexOf(day) - mondayFirst(there);
}

function dueOn({ time, timezone }: DigestTimes, date: WallTime): DueDigest {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const wall = { ...startOfDay(date), hour, minute };
  return { week: isoWeek(wall), at: instantsOf(wall, zoneOf({ timezone })).earlier };
}

function isoWeek(wall: WallTime): string {
  // The week belongs to the year of its Thursday.
  const thursday = shiftWall(startOfDay(wall), { days: 3 - mondayFirst(wall) });
  const firstDay = Date.UTC(thursday.year, 0, 1);
  const dayOfYear = (Date.UTC(thursday.year, thursday.month - 1, thursday.day) - firstDay) / 86_400_000;
  return `${thursday.year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

function mondayFirst(wall: WallTime): number {
  return (weekdayOf(wall) + 6) % 7;
}

function zoneOf({ timezone }: Pick<DigestTimes, 'timezone'>): string {
  return knownZone(timezone) ?? 'UTC';
}
