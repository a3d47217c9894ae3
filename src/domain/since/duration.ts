import type { Token } from './tokens.ts';
import { instantsOf, type Instants, shiftWall, wallTime } from './time-zone.ts';

/**
 * A length of time back from a moment. Months and days are of the calendar: `3d` before 09:00 is 09:00 three days
 * earlier, also when the clocks changed in between. Hours and less are absolute: `24h` is always 24 hours.
 */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly milliseconds: number;
}

export interface DurationMatch {
  readonly length: number;
  readonly duration: Duration;
  /** Set for words that also mean something else. */
  readonly note: string | null;
}

interface Unit {
  readonly months?: number;
  readonly days?: number;
  readonly milliseconds?: number;
}

const second: Unit = { milliseconds: 1000 };
const minute: Unit = { milliseconds: 60_000 };
const hour: Unit = { milliseconds: 3_600_000 };
const day: Unit = { days: 1 };
const week: Unit = { days: 7 };
const month: Unit = { months: 1 };
const year: Unit = { months: 12 };

const units: ReadonlyMap<string, Unit> = new Map([
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((name) => [name, second] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((name) => [name, minute] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((name) => [name, hour] as const),
  ...['d', 'day', 'days'].map((name) => [name, day] as const),
  ...['w', 'wk', 'wks', 'week', 'weeks'].map((name) => [name, week] as const),
  ...['mo', 'month', 'months'].map((name) => [name, month] as const),
  ...['y', 'yr', 'yrs', 'year', 'years'].map((name) => [name, year] as const),
]);

const numberWords: ReadonlyMap<string, number> = new Map(
  Object.entries({
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    couple: 2,
    three: 3,
    few: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
    twelve: 12,
    fifteen: 15,
    twenty: 20,
    thirty: 30,
  }),
);

const leads = new Set(['last', 'past', 'previous', 'trailing']);

/**
 * `2h`, `1h30m`, `2 hours`, `an hour ago`, `the last 2 hours`, `last week`, `half an hour`. `14h` is fourteen hours, as
 * `24h` is twenty-four; since some write 14:00 so, a note says it.
 */
export function matchDuration(tokens: readonly Token[], from: number): DurationMatch | null {
  let at = from;
  if (tokens[at]?.word === 'the') at++;
  const led = leads.has(tokens[at]?.word ?? '');
  if (led) at++;
  else if (at > from) return null;
  const amount = amountAt(tokens, at) ?? (led ? loneUnit(tokens, at) : null);
  if (amount === null) return null;
  at += amount.length;
  if (['ago', 'back', 'earlier'].includes(tokens[at]?.word ?? '')) at++;
  return { length: at - from, duration: amount.duration, note: amount.note };
}

/** Null when the calendar does not reach that far back. */
export function before(now: Date, { months, days, milliseconds }: Duration, zone: string): Instants | null {
  if (months > 12_000 || days > 400_000 || milliseconds > 1e13) return null;
  const wall = wallTime(now, zone);
  const calendar: Instants =
    months === 0 && days === 0
      ? { shown: 'once', earlier: now, later: now }
      : instantsOf(shiftWall(wall, { months: -months, days: -days }), zone);
  return {
    shown: calendar.shown,
    earlier: new Date(calendar.earlier.getTime() - milliseconds),
    later: new Date(calendar.later.getTime() - milliseconds),
  };
}

/** With the sizes of its units, in milliseconds. */
interface Amount extends DurationMatch {
  readonly largest: number;
  readonly smallest: number;
}

function sizeOf({ months = 0, days = 0, milliseconds = 0 }: Unit): number {
  return (months * 30 + days) * 86_400_000 + milliseconds;
}

function amountAt(tokens: readonly Token[], from: number): Amount | null {
  const first = partAt(tokens, from);
  if (first === null) return null;
  const and = tokens[from + first.length]?.word === 'and' ? 1 : 0;
  const rest = amountAt(tokens, from + first.length + and);
  // `1h 30m` is one length of time, `2h 3h` are two.
  if (rest === null || rest.largest >= first.smallest) return first;
  return {
    length: first.length + and + rest.length,
    duration: sum(first.duration, rest.duration),
    note: null,
    largest: first.largest,
    smallest: rest.smallest,
  };
}

function partAt(tokens: readonly Token[], at: number): Amount | null {
  return compact(tokens[at]) ?? spelled(tokens, at);
}

const none: Duration = { months: 0, days: 0, milliseconds: 0 };

function sum(a: Duration, b: Duration): Duration {
  return { months: a.months + b.months, days: a.days + b.days, milliseconds: a.milliseconds + b.milliseconds };
}

/** `90m`, `1h30m`, `1.5h`, `1h30`. */
function compact(token: Token | undefined): Amount | null {
  if (token === undefined || token.quoted || !/^-?\d/.test(token.word) || token.word.length > 24) return null;
  const word = token.word.replace(/^-/, '').replace(/^(\d{1,2}h[0-5]\d)$/, '$1m');
  const part = /(\d{1,5}(?:\.\d{1,3})?)([a-z]{1,7})/y;
  let duration = none;
  // Each unit once: otherwise some commits, such as `1d22d3d`, would be durations.
  const seen = new Set<Unit>();
  while (part.lastIndex < word.length) {
    const [, count, name] = part.exec(word) ?? [];
    const unit = units.get(name ?? '');
    if (count === undefined || unit === undefined || seen.has(unit)) return null;
    seen.add(unit);
    const times = multiple(unit, Number(count));
    if (times === null) return null;
    duration = sum(duration, times);
  }
  const asClock = /^(1[3-9]|2[0-3])h$/.exec(word)?.[1];
  const note =
    asClock === undefined ? null : `“${word}” was read as ${asClock} hours; for the time of day write ${asClock}:00.`;
  const sizes = [...seen].map(sizeOf);
  return { length: 1, duration, note, largest: Math.max(...sizes), smallest: Math.min(...sizes) };
}

/** `2 hours`, `a couple of hours`, `half an hour`. */
function spelled(tokens: readonly Token[], from: number): Amount | null {
  let at = from;
  const half = tokens[at]?.word === 'half';
  if (half) at++;
  let count = half ? 1 : null;
  while (numberWords.has(tokens[at]?.word ?? '') && at - from < 3)
    count = numberWords.get(tokens[at++]?.word ?? '') ?? null;
  if (count === null && /^-?\d{1,5}(?:\.\d{1,3})?$/.test(tokens[at]?.word ?? ''))
    count = Math.abs(Number(tokens[at++]?.word));
  if (tokens[at]?.word === 'of' && at > from) at++;
  const unit = units.get(tokens[at]?.word ?? '');
  const duration = count === null || unit === undefined ? null : multiple(unit, half ? count / 2 : count);
  if (unit === undefined || duration === null) return null;
  return { length: at + 1 - from, duration, note: null, largest: sizeOf(unit), smallest: sizeOf(unit) };
}

/** `last hour`: the unit once. */
function loneUnit(tokens: readonly Token[], at: number): Amount | null {
  const name = tokens[at]?.word ?? '';
  const unit = name.length > 2 && !name.endsWith('s') ? units.get(name) : undefined;
  if (unit === undefined) return null;
  const calendar = unit === week || unit === month || unit === year;
  const note = calendar ? `“last ${name}” was read as one ${name} back from now.` : null;
  return { length: 1, duration: { ...none, ...unit }, note, largest: sizeOf(unit), smallest: sizeOf(unit) };
}

function multiple(unit: Unit, times: number): Duration | null {
  const days = (unit.days ?? 0) * times;
  const months = (unit.months ?? 0) * times;
  if (!Number.isInteger(months)) return null;
  const wholeDays = Math.floor(days);
  const milliseconds = (unit.milliseconds ?? 0) * times + (days - wholeDays) * 86_400_000;
  return { months, days: wholeDays, milliseconds: Math.round(milliseconds) };
}
