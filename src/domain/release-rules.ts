import type { Change, Kind } from './change.ts';
import type { Severity } from './signal.ts';
import { wallTime, weekdayOf } from './since/time-zone.ts';

export interface Freeze {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
  /** None: all of them. */
  readonly environments: readonly string[];
  /** An incident of this name opened it. */
  readonly incident?: boolean;
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
  /** Incidents at least so severe open a freeze where they are: in that environment, where they name none. */
  readonly freezeAt?: {
    readonly severity: Severity;
    readonly environment: string;
    /** Names of services of whose incidents nothing is told but that there is a freeze. */
    readonly hidden?: readonly string[];
  } | null;
}

/** Which rule a change broke when it began. */
export type Breach = { readonly rule: 'window' } | { readonly rule: 'freeze'; readonly name: string };

/** What people decide to do; a rollback may be made at any time. */
const released: ReadonlySet<Kind> = new Set(['deploy', 'migration', 'infrastructure'] as const);
const frozen: ReadonlySet<Kind> = new Set([...released, 'config', 'flag'] as const);

/** For asking of many changes: a time zone is looked up once for each quarter of an hour. */
export function breaches(
  rules: ReleaseRules,
): (change: Pick<Change, 'kind' | 'environment' | 'occurredAt'>) => Breach | null {
  const isExpected = expectedBy(rules.window);
  return (change) => {
    const freeze = freezeOf(rules.freezes, change);
    if (freeze !== null) return { rule: 'freeze', name: freeze.name };
    return isLate(isExpected, change) ? { rule: 'window' } : null;
  };
}

/** When deploys are expected: always, without a window. */
export function expectedBy(window: ReleaseWindow | null): (at: Date) => boolean {
  return window === null ? () => true : within(window);
}

type Timed = Pick<Change, 'kind' | 'environment' | 'occurredAt'> & Partial<Pick<Change, 'status' | 'finishedAt'>>;

/** The freeze in which a change began, or came through where that is known. */
export function freezeOf(
  freezes: readonly Freeze[],
  { kind, environment, occurredAt, status, finishedAt }: Timed,
): Freeze | null {
  if (!frozen.has(kind)) return null;
  const through = status === 'succeeded' ? finishedAt : null;
  const moments = [occurredAt, through].filter((at) => at !== null && at !== undefined);
  return freezes.find((freeze) => moments.some((at) => holds(freeze, environment, at))) ?? null;
}

/** It began at a time at which no deploy is expected. */
export function isLate(isExpected: (at: Date) => boolean, { kind, occurredAt }: Timed): boolean {
  return released.has(kind) && !isExpected(occurredAt);
}

function holds({ from, to, environments }: Freeze, environment: string | null, at: Date): boolean {
  if (at < from || at >= to) return false;
  return environments.length === 0 || (environment !== null && environments.includes(environment));
}

const minute = 60_000;
/** Clocks are put forward and back at whole quarters of an hour. */
const quarter = 15 * minute;

function within({ days, from, to, timezone }: ReleaseWindow): (at: Date) => boolean {
  const [first, last] = [minutesOf(from), minutesOf(to)];
  const quarters = new Map<number, { readonly expected: boolean; readonly minutes: number }>();
  return (at) => {
    const start = Math.floor(at.getTime() / quarter) * quarter;
    const known = quarters.get(start) ?? wallAt(start);
    quarters.set(start, known);
    const minutes = known.minutes + (at.getTime() - start) / minute;
    return known.expected && first <= minutes && minutes < last;
  };

  function wallAt(start: number) {
    const wall = wallTime(new Date(start), timezone);
    const day = weekdays[weekdayOf(wall)];
    return { expected: day !== undefined && days.includes(day), minutes: 60 * wall.hour + wall.minute };
  }
}

/** `09:30` as minutes since midnight. */
function minutesOf(clock: string): number {
  return 60 * Number(clock.slice(0, 2)) + Number(clock.slice(3, 5));
}
