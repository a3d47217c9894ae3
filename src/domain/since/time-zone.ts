import { tzOffset } from '@date-fns/tz';

/** What a clock and a calendar on the wall show. `month` and `day` count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/**
 * The instants at which a wall time is shown. `twice` when clocks go back over it; `skipped` when they go forward over
 * it: then both are the instant at which it would have been shown without the change, so that the wall shows the same
 * distance later.
 */
export interface Instants {
  readonly shown: 'once' | 'twice' | 'skipped';
  readonly earlier: Date;
  readonly later: Date;
}

const minute = 60_000;
const hour = 60 * minute;

/** The IANA name (or `+hh:mm`) as the runtime spells it; null when it knows no such zone. */
export function knownZone(name: string): string | null {
  if (name.length > 50) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** `zone` must come from `knownZone`. */
export function wallTime(at: Date, zone: string): WallTime {
  return wallFields(at.getTime() + offset(at.getTime(), zone));
}

/** `zone` must come from `knownZone`. Fields out of range carry over: day 0 is the last of the month before. */
export function instantsOf(wall: WallTime, zone: string): Instants {
  const asUtc = utcOf(wall);
  // Offsets lie between −12 h and +14 h, so these two moments are on either side of any change that could matter.
  const before = offset(asUtc - 15 * hour, zone);
  const after = offset(asUtc + 13 * hour, zone);
  const shown = [...new Set([before, after])]
    .filter((candidate) => offset(asUtc - candidate, zone) === candidate)
    .map((candidate) => new Date(asUtc - candidate))
    .toSorted((a, b) => a.getTime() - b.getTime());
  const [earlier, later = earlier] = shown;
  if (earlier === undefined || later === undefined) {
    const moved = new Date(asUtc - before);
    return { shown: 'skipped', earlier: moved, later: moved };
  }
  return { shown: shown.length === 2 ? 'twice' : 'once', earlier, later };
}

/** The same time of day, whole days and months away. The 31st becomes the last day of a shorter month. */
export function shiftWall(wall: WallTime, by: { readonly months?: number; readonly days?: number }): WallTime {
  const month = wall.month + (by.months ?? 0);
  const lastDay = new Date(utcOf({ ...wall, month: month + 1, day: 0 })).getUTCDate();
  return wallFields(utcOf({ ...wall, month, day: Math.min(wall.day, lastDay) + (by.days ?? 0) }));
}

/** 0 is Sunday. */
export function weekdayOf(wall: WallTime): number {
  return new Date(utcOf(wall)).getUTCDay();
}

export function startOfDay(wall: WallTime): WallTime {
  return { ...wall, hour: 0, minute: 0, second: 0, millisecond: 0 };
}

export function isRealDate(wall: Pick<WallTime, 'year' | 'month' | 'day'>): boolean {
  const { year, month, day } = wallFields(Date.UTC(wall.year, wall.month - 1, wall.day));
  return year === wall.year && month === wall.month && day === wall.day;
}

function utcOf(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond);
}

function wallFields(asUtc: number): WallTime {
  const shifted = new Date(asUtc);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
  };
}

function offset(at: number, zone: string): number {
  return Math.round(tzOffset(zone, new Date(at)) * minute);
}
