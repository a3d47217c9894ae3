import { strict } from 'chrono-node/en';
import { shiftWall, startOfDay, type WallTime, weekdayOf } from './time-zone.ts';
import type { Token } from './tokens.ts';

/** A day as said; which one it is depends on the asker's clock and zone. */
export type Day =
  | { readonly type: 'back'; readonly days: number }
  /** `last`: before today, also when today is that weekday. */
  | { readonly type: 'weekday'; readonly weekday: number; readonly last: boolean }
  | { readonly type: 'week-start' }
  | { readonly type: 'month-start' }
  /** Without a year: the latest such day that has begun. `slashed`: `03/04/2026`, in an order that only its zone tells. */
  | { readonly type: 'date'; readonly year: number | null; readonly month: number; readonly day: number }
  | { readonly type: 'slashed'; readonly first: number; readonly second: number; readonly year: number };

export interface DayMatch {
  readonly length: number;
  readonly day: Day;
}

const phrases: readonly { readonly words: readonly string[]; readonly day: Day }[] = [
  { words: ['the', 'day', 'before', 'yesterday'], day: { type: 'back', days: 2 } },
  { words: ['day', 'before', 'yesterday'], day: { type: 'back', days: 2 } },
  { words: ['this', 'week'], day: { type: 'week-start' } },
  { words: ['this', 'month'], day: { type: 'month-start' } },
  { words: ['today'], day: { type: 'back', days: 0 } },
  { words: ['yesterday'], day: { type: 'back', days: 1 } },
  { words: ['tomorrow'], day: { type: 'back', days: -1 } },
];

const weekdays: ReadonlyMap<string, number> = new Map(
  ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].flatMap((name, index) => [
    [name, index],
    [name.slice(0, 3), index],
  ]),
)
  .set('tues', 2)
  .set('weds', 3)
  .set('thur', 4)
  .set('thurs', 4);

const monthWord =
  /^(?:\d{1,2}(?:st|nd|rd|th)?-?)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}(?:-?\d{1,4}){0,2}$/;

/** `yesterday`, `last friday`, `2026-11-20`, `20 nov`, `Fri 20 November 2026`, `20/11/2026`. */
export function matchDay(tokens: readonly Token[], at: number): DayMatch | null {
  const token = tokens[at];
  if (token === undefined || token.quoted) return null;
  const phrase = phrases.find(({ words }) => words.every((word, index) => tokens[at + index]?.word === word));
  if (phrase !== undefined) return { length: phrase.words.length, day: phrase.day };
  return inDigits(token) ?? inWords(tokens, at) ?? weekday(tokens, at);
}

function weekday(tokens: readonly Token[], at: number): DayMatch | null {
  const the = tokens[at]?.word === 'the' ? 1 : 0;
  const lead = ['last', 'past', 'previous', 'this'].includes(tokens[at + the]?.word ?? '') ? 1 : 0;
  if (the > lead) return null;
  const found = weekdays.get(tokens[at + the + lead]?.word ?? '');
  if (found === undefined) return null;
  const last = lead === 1 && tokens[at + the]?.word !== 'this';
  return { length: the + lead + 1, day: { type: 'weekday', weekday: found, last } };
}

function inDigits(token: Token): DayMatch | null {
  const { word } = token;
  const [, year, month, day] =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(word) ?? /^((?:19|20)\d{2})([01]\d)([0-3]\d)$/.exec(word) ?? [];
  if (year !== undefined) return date(Number(year), Number(month), Number(day));
  const dotted = /^(\d{1,2})\.(\d{1,2})\.((?:19|20)\d{2})$/.exec(word);
  if (dotted !== null) return date(Number(dotted[3]), Number(dotted[2]), Number(dotted[1]));
  const slashed = /^(\d{1,2})\/(\d{1,2})\/((?:19|20)\d{2})$/.exec(word);
  if (slashed === null) return null;
  const [, first, second, of] = slashed;
  return { length: 1, day: { type: 'slashed', first: Number(first), second: Number(second), year: Number(of) } };
}

function date(year: number, month: number, day: number): DayMatch {
  return { length: 1, day: { type: 'date', year, month, day } };
}

/** A reference year in which every date exists; nothing else is taken from it. */
const leapYear = { instant: new Date('2024-06-01T12:00:00Z'), timezone: 0 };

/**
 * Dates with the name of a month, through chrono's strict English: its casual and British ones read `nov 20` as a
 * month of 2020. It skips words that it cannot read, so a result counts only when it took all of those it was given.
 */
function inWords(tokens: readonly Token[], at: number): DayMatch | null {
  const words = tokens.slice(at, at + 5).filter((token) => !token.quoted && token.word.length < 16);
  if (!words.some((token) => monthWord.test(token.word))) return null;
  for (let length = words.length; length > 0; length--) {
    const given = words
      .slice(0, length)
      .map((token) => token.word)
      .join(' ');
    const [result] = strict.parse(given, leapYear);
    if (result === undefined || result.index !== 0 || result.text.length !== given.length || result.end) continue;
    const { start } = result;
    if (!start.isCertain('day') || !start.isCertain('month') || start.isCertain('hour')) continue;
    const [month, day] = [start.get('month'), start.get('day')];
    if (month === null || day === null) continue;
    return { length, day: { type: 'date', year: start.isCertain('year') ? start.get('year') : null, month, day } };
  }
  return null;
}

export interface DayChoice {
  readonly wall: WallTime;
  readonly note: string | null;
}

/**
 * The days that may be meant, likeliest first, each at midnight: the caller takes the first that is not still to come.
 * Only days said without a year or by their weekday have a second.
 */
export function daysOf(day: Day, today: WallTime, zone: string): readonly DayChoice[] {
  const midnight = startOfDay(today);
  const back = (days: number): DayChoice => ({ wall: shiftWall(midnight, { days: -days }), note: null });
  switch (day.type) {
    case 'back':
      return [back(day.days)];
    case 'week-start':
      return [back((weekdayOf(today) + 6) % 7)];
    case 'month-start':
      return [{ wall: { ...midnight, day: 1 }, note: null }];
    case 'weekday': {
      const since = (weekdayOf(today) - day.weekday + 7) % 7;
      return since === 0 && day.last ? [back(7)] : [back(since), back(since + 7)];
    }
    case 'date': {
      const years = day.year === null ? Array.from({ length: 8 }, (_, index) => today.year - index) : [day.year];
      return years.map((year) => ({ wall: { ...midnight, year, month: day.month, day: day.day }, note: null }));
    }
    case 'slashed':
      return [slashedDate(day, midnight, zone)];
  }
}

function slashedDate(
  { first, second, year }: Extract<Day, { type: 'slashed' }>,
  midnight: WallTime,
  zone: string,
): DayChoice {
  const monthFirst = second > 12 || (first <= 12 && zone.startsWith('America/'));
  const [month, day] = monthFirst ? [first, second] : [second, first];
  const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const ambiguous = first <= 12 && second <= 12 && first !== second;
  return {
    wall: { ...midnight, year, month, day },
    note: ambiguous ? `${first}/${second}/${year} was read as ${iso}.` : null,
  };
}
