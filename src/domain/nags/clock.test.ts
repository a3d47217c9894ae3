import { describe, expect, it } from 'vitest';
import type { Backport } from '../backports/backport.ts';
import { clockAt, isSilent, newClock } from './clock.ts';

const hour = 3_600_000;
const hours = { from: '09:00', to: '17:30', timezone: 'Europe/London' };
const now = new Date('2026-11-20T16:00Z');

it('stands still while nobody is to hear of it, and goes on from there', () => {
  const running = newClock(new Date('2026-11-16T10:00Z'));
  const stopped = clockAt(running, true, new Date('2026-11-16T15:00Z'), hours);
  const still = clockAt(stopped, true, new Date('2026-11-18T15:00Z'), hours);
  const again = clockAt(still, false, new Date('2026-11-19T10:00Z'), hours);
  const stoppedAgain = clockAt(again, true, new Date('2026-11-20T10:00Z'), hours);

  expect(clockAt(running, false, now, hours)).toEqual(running);
  expect([stopped.elapsed, still.elapsed, again.elapsed, stoppedAgain.elapsed]).toEqual(
    [5, 5, 5, 13.5].map((each) => each * hour),
  );
  expect(again).toEqual({ from: new Date('2026-11-19T10:00Z'), elapsed: 5 * hour, silentSince: null, round: 1 });
});

describe('nobody is to hear of it', () => {
  const later = new Date('2026-11-21T00:00Z');
  const waived = (until: Date): Backport['waived'] => ({ by: 'UADA', reason: 'rewritten', until, second: null });

  it.each<[string, Pick<Backport, 'state' | 'snoozed' | 'waived'>, boolean, boolean]>([
    ['open', { state: 'open', snoozed: null, waived: null }, false, false],
    ['landed', { state: 'landed', snoozed: null, waived: null }, false, false],
    ['live', { state: 'live', snoozed: null, waived: null }, false, true],
    ['lapsed', { state: 'lapsed', snoozed: null, waived: null }, false, true],
    ['waived', { state: 'waived', snoozed: null, waived: waived(later) }, false, true],
    ['its waiver is over', { state: 'waived', snoozed: null, waived: waived(now) }, false, false],
    ['its waiver waits for a second person', { state: 'open', snoozed: null, waived: waived(later) }, false, false],
    ['snoozed', { state: 'open', snoozed: { until: later, by: 'UADA' }, waived: null }, false, true],
    ['its snooze is over', { state: 'open', snoozed: { until: now, by: 'UADA' }, waived: null }, false, false],
    ['snoozed until a release', { state: 'open', snoozed: { until: null, by: 'UADA' }, waived: null }, false, true],
    ['which was', { state: 'open', snoozed: { until: null, by: 'UADA' }, waived: null }, true, false],
  ])('%s', (_, backport, released, silent) => {
    expect(isSilent(backport, { released, now })).toBe(silent);
  });
});
