import { type Random, poisson } from './random.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Monday, so that the day of the week is simple arithmetic. */
const monday = Date.UTC(2026, 0, 5);

/** People change things from 8 to 18, little in the evening, less at night, and a sixth as much at the weekend. */
function workAt(at: number): number {
  const since = at - monday;
  const weekend = Math.floor(since / day) % 7 >= 5 ? 0.15 : 1;
  const of = Math.floor((since % day) / hour);
  return weekend * (of >= 8 && of < 18 ? 1 : of >= 18 && of < 22 ? 0.25 : 0.06);
}

/** Hours of full work that a working day adds up to. */
const workingDay = 10 * 1 + 4 * 0.25 + 10 * 0.06;

/** Customers are there from 7 to 23, on every day of the week. */
function trafficAt(at: number): number {
  const of = Math.floor(((at - monday) % day) / hour);
  return of >= 7 && of < 23 ? 1 : 0.2;
}

/** A time of the year at which somebody changes something. */
export function workTime(random: Random): number {
  return timeBy(random, workAt);
}

/** A time of the year at which customers meet what is broken. */
export function trafficTime(random: Random): number {
  return timeBy(random, trafficAt);
}

function timeBy(random: Random, weight: (at: number) => number): number {
  for (;;) {
    const at = monday + Math.floor(random() * 300 * day);
    if (random() < weight(at)) return at;
  }
}

/** The times in [from, to) of what happens so often on a working day. `steady`: by night and at weekends as well. */
export function timesOf(
  random: Random,
  { from, to, perDay, steady = false }: { from: number; to: number; perDay: number; steady?: boolean },
): readonly number[] {
  const times: number[] = [];
  for (let start = from; start < to; start += hour) {
    const length = Math.min(hour, to - start);
    const share = steady ? 1 / 24 : workAt(start) / workingDay;
    const count = poisson(random, (perDay * share * length) / hour);
    for (let index = 0; index < count; index += 1) times.push(Math.floor(start + random() * length));
  }
  return times.toSorted((a, b) => a - b);
}
