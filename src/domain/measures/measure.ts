import { proportion } from '../proportion.ts';
import { type Interval, countInterval, fewest, medianInterval, medianOf } from './interval.ts';

/** One measure over one period. */
export interface Measured {
  /** Null: there is nothing to tell it from. */
  readonly value: number | null;
  /** Of a share or a frequency, how often it was so. */
  readonly count: number | null;
  readonly samples: number;
  /** Null of fewer than five samples. */
  readonly interval: Interval | null;
}

/**
 * Against the period before. `unclear`: the intervals overlap, so it may be chance. `too-few`: one of the two has fewer
 * than five samples. `unknown`: the timeline does not reach back that far.
 */
export type Trend = 'up' | 'down' | 'unclear' | 'too-few' | 'unknown';

export interface Compared extends Measured {
  readonly before: Measured;
  readonly trend: Trend;
}

const day = 86_400_000;

/** Per day. `length` of the period in milliseconds. */
export function frequency(count: number, length: number): Measured {
  const days = length / day;
  const interval = countInterval(count);
  return {
    value: days > 0 ? count / days : null,
    count,
    samples: count,
    interval:
      interval === null || days <= 0 ? null : { ...interval, low: interval.low / days, high: interval.high / days },
  };
}

export function share(count: number, of: number): Measured {
  const { share: value, low, high } = proportion(count, of);
  const known = of >= fewest && low !== null && high !== null;
  return { value, count, samples: of, interval: known ? { low, high, confidence: 0.95 } : null };
}

export function median(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return { value: medianOf(sorted), count: null, samples: sorted.length, interval: medianInterval(sorted) };
}

/** `known`: the timeline holds all of the period before. */
export function compared(now: Measured, before: Measured, known: boolean): Compared {
  return { ...now, before, trend: known ? trendOf(now.interval, before.interval) : 'unknown' };
}

function trendOf(now: Interval | null, before: Interval | null): Trend {
  if (now === null || before === null) return 'too-few';
  if (now.low > before.high) return 'up';
  return now.high < before.low ? 'down' : 'unclear';
}
