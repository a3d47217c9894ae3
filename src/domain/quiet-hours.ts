import { instantsOf, knownZone, shiftWall, wallTime } from './since/time-zone.ts';

/** When somebody does not want to be disturbed, by the clock on their wall: into the next day where `from` is the later. */
export interface QuietHours {
  /** `18:00`. */
  readonly from: string;
  readonly to: string;
}

/** What is asked for one of the two says nothing yet: from the evening to the morning. */
export const usualQuietHours: QuietHours = { from: '18:00', to: '09:00' };

/** The end of the quiet hours that are now; null: they are not. Over a clock change they are as long as the wall says. */
export function quietUntil({ from, to }: QuietHours, timezone: string, now: Date): Date | null {
  const zone = knownZone(timezone) ?? 'UTC';
  const wall = wallTime(now, zone);
  const [begins, ends, time] = [minutesOf(from), minutesOf(to), wall.hour * 60 + wall.minute];
  const isQuiet = begins < ends ? begins <= time && time < ends : time >= begins || time < ends;
  if (!isQuiet || begins === ends) return null;
  const day = time < ends ? wall : shiftWall(wall, { days: 1 });
  const end = { ...day, hour: Math.floor(ends / 60), minute: ends % 60, second: 0, millisecond: 0 };
  const { earlier, later } = instantsOf(end, zone);
  // An hour that the clock shows twice may be over once already.
  return earlier > now ? earlier : later > now ? later : null;
}

/** Null: no time of day such as `18:00`. */
export function timeOfDay(text: string): string | null {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) ? text : null;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
