import type { Backport } from '../backports/backport.ts';
import { type WorkingHours, workingTimeBetween } from './working-time.ts';

/**
 * How long a backport has waited for somebody, in working time: what was waited before `from`, and since. It stands
 * still while nobody is to hear of the backport.
 */
export interface NagClock {
  readonly from: Date;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Null: it runs. */
  readonly silentSince: Date | null;
  /** How often it began to run again. */
  readonly round: number;
}

export function newClock(from: Date): NagClock {
  return { from, elapsed: 0, silentSince: null, round: 0 };
}

export function clockAt(clock: NagClock, isSilent: boolean, now: Date, hours: WorkingHours): NagClock {
  const { from, elapsed, silentSince, round } = clock;
  if (isSilent) {
    if (silentSince !== null) return clock;
    return { from, elapsed: elapsed + workingTimeBetween(from, now, hours), silentSince: now, round };
  }
  return silentSince === null ? clock : { from: now, elapsed, silentSince: null, round: round + 1 };
}

/** Whether nobody is to hear of it now: it is done, or people said that it is to wait or need not come. */
export function isSilent(
  { state, snoozed, waived }: Pick<Backport, 'state' | 'snoozed' | 'waived'>,
  { released, now }: { readonly released: boolean; readonly now: Date },
): boolean {
  if (state === 'live' || state === 'lapsed') return true;
  if (state === 'waived' && (waived === null || waived.until > now)) return true;
  if (snoozed === null) return false;
  return snoozed.until === null ? !released : snoozed.until > now;
}
