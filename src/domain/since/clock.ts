import type { Token } from './tokens.ts';
import { zoneOfSuffix } from './zone-words.ts';

/** A time of day. `24:00` has hour 24. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export interface ClockMatch {
  readonly length: number;
  readonly clock: Clock;
  /** Of a suffix such as the `Z` of `14:00Z`. */
  readonly zone: string | null;
}

const named: Readonly<Record<string, number>> = { noon: 12, midday: 12, midnight: 0 };
/** Where a part of a day begins. */
const parts: Readonly<Record<string, number>> = { morning: 6, afternoon: 12, evening: 18, night: 21 };
const meridiems: Readonly<Record<string, number>> = { am: 0, 'a.m': 0, pm: 12, 'p.m': 12 };

/**
 * `14:00`, `14:00:30`, `2pm`, `2:30 p.m.`, `noon`, `midnight`, `14:00Z`. `14h` only where `hourLetter` says that no
 * duration can stand: after a day, `at`, `around` and in ranges.
 */
export function matchClock(tokens: readonly Token[], at: number, hourLetter: boolean): ClockMatch | null {
  const token = tokens[at];
  if (token === undefined || token.quoted || token.word.length > 24) return null;
  const hour = own(named, token.word);
  if (hour !== undefined) return { length: 1, clock: clockOf(hour), zone: null };
  if (hourLetter) {
    const [, hours, minutes] = /^(\d{1,2})h([0-5]\d)?$/.exec(token.word) ?? [];
    if (hours !== undefined && Number(hours) < 24) {
      return { length: 1, clock: clockOf(Number(hours), Number(minutes ?? 0)), zone: null };
    }
  }
  return digits(token, tokens[at + 1]);
}

/** `morning` … `night`, after a day. */
export function matchPartOfDay(token: Token | undefined): Clock | null {
  const hour = own(parts, token?.word ?? '');
  return hour === undefined ? null : clockOf(hour);
}

/** Null when there is no such time. */
export function clockFrom(hour: number, minute: number, second: number, fraction: string): Clock | null {
  const whole = hour < 24 || (hour === 24 && minute === 0 && second === 0);
  if (!whole || minute > 59 || second > 59) return null;
  return { hour, minute, second, millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')) };
}

function digits(token: Token, next: Token | undefined): ClockMatch | null {
  const found = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(am|pm|a\.m|p\.m)?(z|utc|[+-]\d{2}:?\d{2})?$/.exec(
    token.word,
  );
  if (found === null) return null;
  const [, hours = '', minutes, seconds = '0', fraction = '', glued, suffix] = found;
  const apart = glued === undefined && suffix === undefined ? meridiemOf(next) : undefined;
  const meridiem = glued ?? apart;
  if (minutes === undefined && meridiem === undefined) return null;
  const twelve = meridiem === undefined ? undefined : own(meridiems, meridiem);
  if (twelve !== undefined && (Number(hours) < 1 || Number(hours) > 12)) return null;
  const hour = twelve === undefined ? Number(hours) : (Number(hours) % 12) + twelve;
  const clock = clockFrom(hour, Number(minutes ?? 0), Number(seconds), fraction);
  const zone = suffix === undefined ? null : zoneOfSuffix(suffix);
  if (clock === null || (suffix !== undefined && zone === null)) return null;
  return { length: apart === undefined ? 1 : 2, clock, zone };
}

function meridiemOf(token: Token | undefined): string | undefined {
  return token !== undefined && Object.hasOwn(meridiems, token.word) ? token.word : undefined;
}

function clockOf(hour: number, minute = 0): Clock {
  return { hour, minute, second: 0, millisecond: 0 };
}

function own(table: Readonly<Record<string, number>>, key: string): number | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
