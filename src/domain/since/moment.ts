import { type Clock, type ClockMatch, clockFrom, matchClock, matchPartOfDay } from './clock.ts';
import { type Day, type DayMatch, matchDay } from './day.ts';
import { type Duration, matchDuration } from './duration.ts';
import { type Token, written } from './tokens.ts';
import { matchZone, zoneOfSuffix } from './zone-words.ts';

/** A point in time as said, which the clock alone can settle. `zone` is null for the asker's. */
export type Moment =
  | { readonly type: 'exact'; readonly at: Date }
  | { readonly type: 'ago'; readonly duration: Duration }
  | Wall;

/** At least one of `day` and `clock` is set. */
export interface Wall {
  readonly type: 'wall';
  readonly day: Day | null;
  readonly clock: Clock | null;
  readonly zone: string | null;
}

export interface MomentMatch {
  readonly length: number;
  readonly moment: Moment;
  /** As written, at most 60 characters. */
  readonly words: string;
  readonly notes: readonly string[];
}

type Found = Omit<MomentMatch, 'words'>;

/** `hourLetter`: here `14h` is a time of day. */
export function matchMoment(tokens: readonly Token[], at: number, hourLetter = false): MomentMatch | null {
  const token = tokens[at];
  if (token === undefined || token.quoted) return null;
  const found =
    epoch(token) ??
    isoTime(token) ??
    partOfDay(tokens, at) ??
    dayThenClock(tokens, at) ??
    clockThenDay(tokens, at, hourLetter || startsHourRange(tokens, at)) ??
    ago(tokens, at);
  return found === null ? null : { ...found, words: written(tokens, at, found.length) };
}

/** Seconds (also with a fraction, as Slack writes the time of a message) or milliseconds since 1970. */
function epoch({ word }: Token): Found | null {
  if (!/^\d{10}(?:\.\d{1,6})?$|^\d{13}$/.test(word)) return null;
  const at = new Date(word.length === 13 ? Number(word) : Math.floor(Number(word) * 1000));
  return { length: 1, moment: { type: 'exact', at }, notes: [] };
}

function isoTime({ word }: Token): Found | null {
  const found =
    /^(\d{4})-?(\d{2})-?(\d{2})[t_](\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,9}))?)?(z|[+-]\d{2}:?\d{2})?$/.exec(word);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', suffix] = found;
  const clock = clockFrom(Number(hour), Number(minute), Number(second), fraction);
  const zone = suffix === undefined ? null : zoneOfSuffix(suffix);
  if (clock === null || (suffix !== undefined && zone === null)) return null;
  const date: Day = { type: 'date', year: Number(year), month: Number(month), day: Number(day) };
  return { length: 1, moment: { type: 'wall', day: date, clock, zone }, notes: [] };
}

/** `this morning`, `tonight`, `last night`. */
function partOfDay(tokens: readonly Token[], at: number): Found | null {
  const [first, second] = [tokens[at]?.word, tokens[at + 1]];
  if (first === 'tonight') return part(0, 'evening', 1, 'tonight');
  if (first === 'last' && second?.word === 'night') return part(1, 'evening', 2, 'last night');
  if (first !== 'this' || matchPartOfDay(second) === null) return null;
  return part(0, second?.word ?? '', 2, `this ${second?.word}`);
}

function part(days: number, name: string, length: number, words: string): Found | null {
  const clock = matchPartOfDay({ raw: name, word: name, quoted: false });
  if (clock === null) return null;
  return {
    length,
    moment: { type: 'wall', day: { type: 'back', days }, clock, zone: null },
    notes: [begins(words, clock)],
  };
}

function begins(words: string, clock: Clock): string {
  return `“${words}” was read as from ${String(clock.hour).padStart(2, '0')}:00.`;
}

/** `yesterday 15:00`, `friday at 3pm UTC`, `yesterday evening`, `2026-11-20`. */
function dayThenClock(tokens: readonly Token[], from: number): Found | null {
  const day = matchDay(tokens, from) ?? daysAgo(tokens, from);
  if (day === null) return null;
  let at = from + day.length;
  const joined = ['at', '@'].includes(tokens[at]?.word ?? '') ? 1 : 0;
  const clock = matchClock(tokens, at + joined, true);
  const partClock = clock === null ? matchPartOfDay(tokens[at]) : null;
  if (clock !== null) at += joined + clock.length;
  if (partClock !== null) at++;
  const zone = suffixed(clock) ?? zoneAt(tokens, at);
  const moment: Wall = { type: 'wall', day: day.day, clock: clock?.clock ?? partClock, zone: zone?.zone ?? null };
  const notes = partClock === null ? [] : [begins(written(tokens, from, at - from), partClock)];
  return { length: at - from + (zone?.length ?? 0), moment, notes: [...notes, ...(zone?.notes ?? [])] };
}

/** `2 days ago` only where a time of day follows; alone it goes back from the present time of day. */
function daysAgo(tokens: readonly Token[], from: number): DayMatch | null {
  const found = matchDuration(tokens, from);
  if (found === null || tokens[from + found.length - 1]?.word !== 'ago') return null;
  const { months, days, milliseconds } = found.duration;
  const next = from + found.length + (tokens[from + found.length]?.word === 'at' ? 1 : 0);
  const whole = months === 0 && milliseconds === 0 && days < 36_500;
  if (!whole || matchClock(tokens, next, true) === null) return null;
  return { length: found.length, day: { type: 'back', days } };
}

/** `14:00`, `14:00 UTC`, `3pm on friday`. */
function clockThenDay(tokens: readonly Token[], from: number, hourLetter: boolean): Found | null {
  const clock = matchClock(tokens, from, hourLetter);
  if (clock === null) return null;
  let at = from + clock.length;
  const early = suffixed(clock) ?? zoneAt(tokens, at);
  at += early?.length ?? 0;
  const joined = ['on', 'of'].includes(tokens[at]?.word ?? '') ? 1 : 0;
  const day = matchDay(tokens, at + joined);
  if (day !== null) at += joined + day.length;
  const late = early === null && day !== null ? zoneAt(tokens, at) : null;
  at += late?.length ?? 0;
  const zone = early ?? late;
  const moment: Wall = { type: 'wall', day: day?.day ?? null, clock: clock.clock, zone: zone?.zone ?? null };
  return { length: at - from, moment, notes: zone?.notes ?? [] };
}

interface ZoneHere {
  readonly length: number;
  readonly zone: string;
  readonly notes: readonly string[];
}

function suffixed(clock: ClockMatch | null): ZoneHere | null {
  return clock === null || clock.zone === null ? null : { length: 0, zone: clock.zone, notes: [] };
}

function zoneAt(tokens: readonly Token[], at: number): ZoneHere | null {
  const found = matchZone(tokens[at]);
  return found === null ? null : { length: 1, zone: found.zone, notes: found.note === null ? [] : [found.note] };
}

/** `9h to 10h` is a morning's hour; `2h to 1h` goes back from now. */
function startsHourRange(tokens: readonly Token[], at: number): boolean {
  if (!['to', '-', 'and'].includes(tokens[at + 1]?.word ?? '')) return false;
  const [from, to] = [tokens[at], tokens[at + 2]].map((token) => /^(\d{1,2})h/.exec(token?.word ?? '')?.[1]);
  return from !== undefined && to !== undefined && Number(from) < Number(to) && Number(to) >= 10;
}

function ago(tokens: readonly Token[], at: number): Found | null {
  const found = matchDuration(tokens, at);
  if (found === null) return null;
  const notes = found.note === null ? [] : [found.note];
  return { length: found.length, moment: { type: 'ago', duration: found.duration }, notes };
}
