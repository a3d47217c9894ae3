import { type WallTime, wallTime, weekdayOf, knownZone } from '../since/time-zone.ts';
import { clockName } from '../since/format.ts';

/** How times are written: in UTC, and beside it as clocks showed them where people worked. */
export interface Zone {
  /** IANA name; `UTC` where there is no other. */
  readonly name: string;
  /** `London`; null where its clocks show what those of UTC do. */
  readonly title: string | null;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What is no time zone is UTC. `moments` are all that will be written. */
export function zoneOf(timezone: string, moments: readonly Date[]): Zone {
  const name = knownZone(timezone) ?? 'UTC';
  const same = moments.every((at) => localClockOf(at, { name }) === clockOf(at));
  return { name, title: same ? null : (name.split('/').at(-1)?.replaceAll('_', ' ') ?? name) };
}

/** `Fri 20 Nov 2026` */
export function dayOf(at: Date, zone = 'UTC'): string {
  const wall = wallTime(at, zone);
  return `${weekdays[weekdayOf(wall)]} ${wall.day} ${months[wall.month - 1]} ${wall.year}`;
}

/** `15:59` */
export function clockOf(at: Date, zone = 'UTC'): string {
  return clockName(wallTime(at, zone));
}

/** `15:59`, and `Sat 00:30` on another day than UTC has. */
export function localClockOf(at: Date, { name }: Pick<Zone, 'name'>): string {
  const [there, utc] = [wallTime(at, name), wallTime(at, 'UTC')];
  return sameDay(there, utc) ? clockName(there) : `${weekdays[weekdayOf(there)]} ${clockName(there)}`;
}

/** `15:59 UTC (16:59 Berlin)` */
export function bothMomentsOf(at: Date, of: Date | null, zone: Zone): string {
  return zone.title === null ? momentOf(at, of) : `${momentOf(at, of)} (${localClockOf(at, zone)} ${zone.title})`;
}

/** `15:59 UTC` on the day of `of`, else `Fri 20 Nov 2026 15:59 UTC`. */
export function momentOf(at: Date, of: Date | null): string {
  const onSameDay = of !== null && sameDay(wallTime(at, 'UTC'), wallTime(of, 'UTC'));
  return `${onSameDay ? '' : `${dayOf(at)} `}${clockOf(at)} UTC`;
}

function sameDay(a: WallTime, b: WallTime): boolean {
  return a.year === b.year && a.month === b.month && a.day === b.day;
}
