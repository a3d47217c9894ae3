import { clockName, dayName } from '../../domain/since/format.ts';
import { knownZone, wallTime } from '../../domain/since/time-zone.ts';

const day = 86_400_000;

/** In the reader's own time zone, with the day when it may not be today's; UTC where Slack cannot draw dates. */
export function readerTime(at: Date, now: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  if (!Number.isFinite(seconds)) return 'at an unknown time';
  const iso = at.toISOString();
  const far = Math.abs(now.getTime() - at.getTime()) > day / 2;
  const fallback = `${far ? `${iso.slice(0, 10)} ` : ''}${iso.slice(11, 16)} UTC`;
  // Slack draws no date before 1970.
  if (seconds < 0) return fallback;
  return `<!date^${seconds}^${far ? '{date_short_pretty} {time}' : '{time}'}|${fallback}>`;
}

/** For text that Slack does not draw: the asker's time zone, UTC when it is unknown. */
export function writtenTime(at: Date, { now, timezone }: { readonly now: Date; readonly timezone: string }): string {
  if (!Number.isFinite(at.getTime())) return 'at an unknown time';
  const zone = knownZone(timezone) ?? 'UTC';
  const [then, today] = [wallTime(at, zone), wallTime(now, zone)];
  const on = dayName(then, today);
  return `${on === 'today' ? '' : `${on} `}${clockName(then)}`;
}
