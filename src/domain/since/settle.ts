import { dayName, clockName } from './format.ts';
import { type DayChoice, daysOf } from './day.ts';
import { before } from './duration.ts';
import type { Moment, Wall } from './moment.ts';
import { type Instants, instantsOf, isRealDate, shiftWall, type WallTime, wallTime } from './time-zone.ts';

/** `zone` comes from `knownZone`. */
export interface Here {
  readonly now: Date;
  readonly zone: string;
}

/** A bound of the window. What is still to come is settled too; whether that is right depends on the bound. */
export type Settled =
  | { readonly outcome: 'settled'; readonly at: Date; readonly notes: readonly string[] }
  | { readonly outcome: 'no-such-time'; readonly problem: string };

export type Bound = 'since' | 'until';

const earliest = Date.UTC(1970, 0, 1);

/**
 * The instant that was meant: a time of day without a day is the latest that is not to come, and so is a weekday or a
 * date without a year. A day without a time begins at midnight as `since`, and as `until` it is meant to its end. Of a
 * wall time shown twice, `since` takes the earlier and `until` the later.
 */
export function settle(moment: Moment, words: string, bound: Bound, { now, zone }: Here): Settled {
  const settled =
    moment.type === 'exact'
      ? at(moment.at, [])
      : moment.type === 'ago'
        ? agoFrom(before(now, moment.duration, zone), bound, zone, now)
        : onTheWall(moment, words, bound, { now, zone: moment.zone ?? zone });
  const unusable = settled.outcome === 'settled' && !(settled.at.getTime() >= earliest);
  return unusable ? { outcome: 'no-such-time', problem: `“${words}” is before 1970.` } : settled;
}

/** The first time after `since` at which the wall shows this time of day. */
export function nextTime(wall: Wall, since: Date, { now, zone: own }: Here): Settled {
  const zone = wall.zone ?? own;
  const start = wallTime(since, zone);
  for (const days of [0, 1]) {
    const shown = withClock(shiftWall(start, { days }), wall);
    const instants = instantsOf(shown, zone);
    if (instants.later > since) return at(instants.later, oddity(instants, shown, instants.later, { now, zone }));
  }
  const after = withClock(shiftWall(start, { days: 2 }), wall);
  return at(instantsOf(after, zone).later, []);
}

function at(instant: Date, notes: readonly string[]): Settled {
  return { outcome: 'settled', at: instant, notes };
}

function agoFrom(instants: Instants | null, bound: Bound, zone: string, now: Date): Settled {
  if (instants === null) return at(new Date(Number.NaN), []);
  const chosen = chosenOf(instants, bound, now);
  if (instants.shown === 'once' || Number.isNaN(chosen.getTime())) return at(chosen, []);
  const { shown } = instants;
  const moved = wallTime(chosen, zone);
  const from = `${dayName(moved, wallTime(now, zone))} ${clockName(moved)}`;
  const why = shown === 'twice' ? 'it happens twice and this is the earlier one' : 'the clocks went forward over it';
  return at(chosen, [`Counted from ${from}: ${why}.`]);
}

function onTheWall(wall: Wall, words: string, bound: Bound, { now, zone }: Here): Settled {
  const today = wallTime(now, zone);
  const dayless: readonly DayChoice[] = [0, -1].map((days) => ({ wall: shiftWall(today, { days }), note: null }));
  const real = (wall.day === null ? dayless : daysOf(wall.day, today, zone)).filter((choice) =>
    isRealDate(choice.wall),
  );
  const candidates = real.map((choice) => ({ choice, shown: withClock(choice.wall, wall) }));
  const [likeliest] = candidates;
  if (likeliest === undefined) return { outcome: 'no-such-time', problem: `“${words}” is not a date.` };
  const past = candidates.find(({ shown }) => chosenOf(instantsOf(shown, zone), bound, now) <= now);
  const { choice, shown } = past ?? likeliest;
  const notes = [
    choice.note,
    past !== undefined && past !== likeliest ? laterNote(wall, words) : null,
    readAsToday(wall, words, shown, today),
  ].filter((note) => note !== null);
  if (wall.clock === null) return wholeDay(shown, bound, { now, zone }, words, notes);
  const instants = instantsOf(shown, zone);
  const chosen = chosenOf(instants, bound, now);
  return at(chosen, [...notes, ...oddity(instants, shown, chosen, { now, zone })]);
}

function wholeDay(
  midnight: WallTime,
  bound: Bound,
  { now, zone }: Here,
  words: string,
  notes: readonly string[],
): Settled {
  if (bound === 'since') return at(instantsOf(midnight, zone).earlier, notes);
  const end = instantsOf(shiftWall(midnight, { days: 1 }), zone).earlier;
  if (end > now) return at(now, []);
  return at(end, [...notes, `“until ${words}” was read as until the end of that day.`]);
}

function withClock(day: WallTime, { clock }: Wall): WallTime {
  return { ...day, ...(clock ?? { hour: 0, minute: 0, second: 0, millisecond: 0 }) };
}

/** While clocks show a time for the first of two times, its second is still to come. */
function chosenOf({ earlier, later }: Instants, bound: Bound, now: Date): Date {
  return bound === 'since' || later > now ? earlier : later;
}

function laterNote({ day }: Wall, words: string): string | null {
  if (day === null) return `“${words}” is still to come today, so yesterday’s was taken.`;
  return day.type === 'weekday' ? `This week’s “${words}” is still to come, so the one before was taken.` : null;
}

function readAsToday({ day, clock }: Wall, words: string, shown: WallTime, today: WallTime): string | null {
  const isToday = day?.type === 'weekday' && clock === null && dayName(shown, today) === 'today';
  return isToday ? `“${words}” was read as today; for a week ago write “last ${words}”.` : null;
}

/** What is odd about a wall time on a day on which the clocks change. */
function oddity({ shown, earlier }: Instants, wall: WallTime, taken: Date, { now, zone }: Here): readonly string[] {
  if (shown === 'once') return [];
  const today = wallTime(now, zone);
  const name = dayName(wall, today);
  const on = ['today', 'yesterday'].includes(name) ? name : `on ${name}`;
  if (shown === 'twice') {
    const which = taken.getTime() === earlier.getTime() ? 'earlier' : 'later';
    return [`${clockName(wall)} happens twice ${on}; the ${which} one was taken.`];
  }
  const moved = wallTime(taken, zone);
  const day = dayName(moved, today);
  return [`${clockName(wall)} does not exist ${on}; ${day === name ? '' : `${day} `}${clockName(moved)} was taken.`];
}
