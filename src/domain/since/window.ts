import type { When } from '../question.ts';
import type { Anchor } from './anchor-words.ts';
import type { Moment, Wall } from './moment.ts';
import { type Here, nextTime, type Settled, settle } from './settle.ts';
import { shiftWall, startOfDay, wallTime } from './time-zone.ts';

/** A bound as said. `around`: a quarter of an hour to each side; `on`: that whole day. */
export type Phrase = { readonly type: 'anchor'; readonly when: Anchor; readonly words: string } | TimePhrase;

export interface TimePhrase {
  readonly type: 'time';
  readonly sense: 'exact' | 'around' | 'on';
  readonly moment: Moment;
  readonly words: string;
  readonly notes: readonly string[];
}

export interface Said {
  readonly since: Phrase | null;
  readonly until: Phrase | null;
  /** Said as one expression, such as `14:00 to 15:00`. */
  readonly ranged: boolean;
}

export type Bounds =
  | {
      readonly outcome: 'bounds';
      readonly since: When | null;
      readonly until: When | null;
      readonly notes: readonly string[];
    }
  | { readonly outcome: 'impossible'; readonly problem: string; readonly swapped: boolean };

const quarter = 15 * 60_000;
/** `22:00 to 06:00` is a night; `15:00 to 14:00` is more likely a slip than 23 hours. */
const longestNight = 12 * 3_600_000;

/** The bounds that were meant, or what keeps them from being a window of the past. */
export function boundsOf({ since, until, ranged }: Said, here: Here): Bounds {
  const shared = { since: withZoneOf(since, until), until: withZoneOf(until, since) };
  if (shared.since?.type === 'time' && shared.until?.type === 'time') {
    return pair(shared.since, shared.until, ranged, here);
  }
  const first = shared.since === null ? nothing : opening(shared.since, here);
  if (first.outcome === 'impossible') return first;
  const last = shared.until === null ? nothing : closing(shared.until, here);
  if (last.outcome === 'impossible') return last;
  return { outcome: 'bounds', since: first.when, until: last.when, notes: [...first.notes, ...last.notes] };
}

interface Bounded {
  readonly outcome: 'bounded';
  readonly when: When | null;
  readonly notes: readonly string[];
}

type Impossible = Extract<Bounds, { outcome: 'impossible' }>;

const nothing: Bounded = { outcome: 'bounded', when: null, notes: [] };

function opening(phrase: Phrase, here: Here): Bounded | Impossible {
  if (phrase.type === 'anchor') return { ...nothing, when: phrase.when };
  const { words } = phrase;
  const [from, to] = endsOf(phrase, here);
  if (from.outcome !== 'settled') return impossible(from.problem);
  if (from.at >= here.now) return impossible(stillToCome(words));
  const notes = [...phrase.notes, ...from.notes];
  if (phrase.sense === 'exact' || to.outcome !== 'settled') {
    return { outcome: 'bounded', when: { type: 'instant', at: from.at, words }, notes };
  }
  const end = to.at > here.now ? here.now : to.at;
  return { outcome: 'bounded', when: { type: 'span', from: from.at, to: end, words }, notes };
}

function closing(phrase: Phrase, here: Here): Bounded | Impossible {
  if (phrase.type === 'anchor') return { ...nothing, when: phrase.when };
  const [, to] = endsOf(phrase, here);
  return to.outcome === 'settled' ? ending(phrase, to.at, to.notes, here) : impossible(to.problem);
}

function ending(phrase: TimePhrase, at: Date, found: readonly string[], { now }: Here): Bounded {
  const notes = [...phrase.notes, ...found];
  const { words } = phrase;
  if (at <= now) return { outcome: 'bounded', when: { type: 'instant', at, words }, notes };
  const toCome = `The end, “${words}”, is still to come, so this is up to now.`;
  return { outcome: 'bounded', when: { type: 'instant', at: now, words }, notes: [...notes, toCome] };
}

/** Earliest and latest instant that the phrase speaks of. */
function endsOf({ moment, words, sense }: TimePhrase, here: Here): readonly [Settled, Settled] {
  const from = settle(moment, words, 'since', here);
  const to = settle(moment, words, 'until', here);
  if (sense !== 'around' || (moment.type === 'wall' && moment.clock === null)) return [from, to];
  return [moved(from, -quarter), moved(to, quarter)];
}

function moved(settled: Settled, by: number): Settled {
  return settled.outcome === 'settled' ? { ...settled, at: new Date(settled.at.getTime() + by) } : settled;
}

function pair(since: TimePhrase, until: TimePhrase, ranged: boolean, here: Here): Bounds {
  const ends = isDayless(until) ? endAfter(since, until, here) : startBefore(since, until, here);
  if (ends.outcome === 'impossible') return ends;
  const { first, last } = ends;
  const [from, to] = [first.when, last.when];
  const notes = [...first.notes, ...last.notes];
  if (from?.type !== 'instant' || to?.type !== 'instant') return { outcome: 'bounds', since: from, until: to, notes };
  if (to.at <= from.at) return backwards(since, until);
  if (!ranged) return { outcome: 'bounds', since: from, until: to, notes };
  const words = `${since.words} to ${until.words}`;
  return { outcome: 'bounds', since: { type: 'span', from: from.at, to: to.at, words }, until: null, notes };
}

interface Ends {
  readonly outcome: 'ends';
  readonly first: Bounded;
  readonly last: Bounded;
}

/** An end without a day is the first such time after the beginning. */
function endAfter(since: TimePhrase, until: TimePhrase & { moment: Wall }, here: Here): Ends | Impossible {
  const first = opening({ ...since, sense: 'exact' }, here);
  if (first.outcome === 'impossible') return first;
  const from = first.when?.type === 'instant' ? first.when.at : here.now;
  const end = nextTime(until.moment, from, here);
  if (end.outcome !== 'settled') return impossible(end.problem);
  const today = isToday(end.at, here);
  if (end.at > here.now && !today) {
    // The beginning of a night that is not over: the night before is meant.
    const earlier = { ...here, now: new Date(from.getTime() - 1) };
    return isDayless(since) && from < here.now ? nightBefore(since, until, earlier, here) : backwards(since, until);
  }
  if (isDayless(since) && isTooLong(from, end.at, here)) return backwards(since, until);
  return { outcome: 'ends', first, last: ending(until, end.at, end.notes, here) };
}

function nightBefore(
  since: TimePhrase,
  until: TimePhrase & { moment: Wall },
  earlier: Here,
  here: Here,
): Ends | Impossible {
  const from = settle(since.moment, since.words, 'since', earlier);
  if (from.outcome !== 'settled') return impossible(from.problem);
  const end = nextTime(until.moment, from.at, here);
  if (end.outcome !== 'settled') return impossible(end.problem);
  if (end.at > here.now || isTooLong(from.at, end.at, here)) return backwards(since, until);
  const when: When = { type: 'instant', at: from.at, words: since.words };
  const notes = [`“${until.words}” is still to come, so the night before was taken.`];
  return { outcome: 'ends', first: { outcome: 'bounded', when, notes }, last: ending(until, end.at, end.notes, here) };
}

/** A beginning without a day, before an end with one, is the latest such time before that end. */
function startBefore(since: TimePhrase, until: TimePhrase, here: Here): Ends | Impossible {
  const last = closing(until, here);
  if (last.outcome === 'impossible') return last;
  const to = last.when?.type === 'instant' ? last.when.at : here.now;
  const dated = until.moment.type === 'exact' || (until.moment.type === 'wall' && until.moment.clock !== null);
  if (!isDayless(since) || !dated) {
    const first = opening({ ...since, sense: 'exact' }, here);
    return first.outcome === 'impossible' ? first : { outcome: 'ends', first, last };
  }
  const from = settle(since.moment, since.words, 'since', { ...here, now: to });
  if (from.outcome !== 'settled') return impossible(from.problem);
  if (isTooLong(from.at, to, here)) return backwards(since, until);
  const when: When = { type: 'instant', at: from.at, words: since.words };
  return { outcome: 'ends', first: { outcome: 'bounded', when, notes: since.notes }, last };
}

function isDayless(phrase: TimePhrase): phrase is TimePhrase & { moment: Wall } {
  return phrase.moment.type === 'wall' && phrase.moment.day === null;
}

function isToday(at: Date, { now, zone }: Here): boolean {
  const [then, today] = [startOfDay(wallTime(at, zone)), startOfDay(wallTime(now, zone))];
  return then.year === today.year && then.month === today.month && then.day === today.day;
}

/** Only across midnight. */
function isTooLong(from: Date, to: Date, { zone }: Here): boolean {
  const next = shiftWall(startOfDay(wallTime(from, zone)), { days: 1 });
  const end = startOfDay(wallTime(to, zone));
  const crosses = next.year === end.year && next.month === end.month && next.day === end.day;
  return crosses && to.getTime() - from.getTime() > longestNight;
}

function withZoneOf(phrase: Phrase | null, other: Phrase | null): Phrase | null {
  if (phrase?.type !== 'time' || phrase.moment.type !== 'wall' || phrase.moment.zone !== null) return phrase;
  if (other?.type !== 'time' || other.moment.type !== 'wall') return phrase;
  return { ...phrase, moment: { ...phrase.moment, zone: other.moment.zone } };
}

function impossible(problem: string): Impossible {
  return { outcome: 'impossible', problem, swapped: false };
}

function backwards(since: TimePhrase, until: TimePhrase): Impossible {
  const problem = `The window would end (“${until.words}”) before it begins (“${since.words}”).`;
  return { outcome: 'impossible', problem, swapped: true };
}

function stillToCome(words: string): string {
  return `“${words}” is still to come, so nothing has changed since.`;
}
