import { formatDuration } from '../../domain/since/format.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Beyond this, times in answers mislead. */
const noticed = 30_000;
/** Slack's signatures are refused when they are older. */
const longest = 5 * 60_000;

/** `ahead`: how far their clock is ahead of ours, in milliseconds. */
export function clockFinding(who: string, ahead: number): Finding {
  const check = `clock-${who.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  const off = Math.abs(ahead);
  if (off <= noticed) return ok(check, `the clock of ${who} agrees with ours`);
  const what = `our clock is ${formatDuration(off)} ${ahead > 0 ? 'behind' : 'ahead of'} that of ${who}`;
  const mend = 'keep the clock of this machine by NTP (timedatectl set-ntp true)';
  return off > longest ? wrong(check, what, mend) : warning(check, what, mend);
}
