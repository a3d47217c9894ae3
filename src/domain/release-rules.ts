import type { Change, Kind } from './change.ts';
import { type WallTime, wallTime, weekdayOf } from './since/time-zone.ts';

export interface Freeze {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
  /** None: all of them. */
  readonly environments: readonly string[];
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** When deploys are expected: on these days, from one time of day (`09:00`) until before another. */
export interface ReleaseWindow {
  readonly days: readonly (typeof weekdays)[number][];
  readonly from: string;
  readonly to: string;
  /** A name that `knownZone` knows. */
  readonly timezone: string;
}

/** How the settings say that releases are made. */
export interface ReleaseRules {
  readonly window: ReleaseWindow | null;
  readonly freezes: readonly Freeze[];
  /** By environment, those that a version should have been in before. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
}

/** Which rule a change broke when it began. */
export type Breach = { readonly rule: 'window' } | { readonly rule: 'freeze'; readonly name: string };

/** What people decide to do; a rollback may be made at any time. */
const released: readonly Kind[] = ['deploy', 'migration', 'infrastructure'];
const frozen: readonly Kind[] = [...released, 'config', 'flag'];

export function breachOf(change: Change, rules: ReleaseRules): Breach | null {
  const { kind, environment, occurredAt } = change;
  const freeze = frozen.includes(kind) ? rules.freezes.find((each) => holds(each, environment, occurredAt)) : undefined;
  if (freeze !== undefined) return { rule: 'freeze', name: freeze.name };
  if (rules.window === null || !released.includes(kind)) return null;
  return isWithin(rules.window, occurredAt) ? null : { rule: 'window' };
}

function holds({ from, to, environments }: Freeze, environment: string | null, at: Date): boolean {
  if (at < from || at >= to) return false;
  return environments.length === 0 || (environment !== null && environments.includes(environment));
}

function isWithin({ days, from, to, timezone }: ReleaseWindow, at: Date): boolean {
  const wall = wallTime(at, timezone);
  const day = weekdays[weekdayOf(wall)];
  const clock = clockOf(wall);
  return day !== undefined && days.includes(day) && from <= clock && clock < to;
}

function clockOf({ hour, minute }: WallTime): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
