import { countOf } from '../change-words.ts';
import { formatDuration } from '../since/format.ts';
import type { Figures } from './figures.ts';
import { fewest } from './interval.ts';
import type { Compared, Measured, Trend } from './measure.ts';

/** `12 deploys (+3) · lead time 5 h median of 9 · 1 of 12 failed · restored in 42 min` */
export function measuresLine({ frequency, leadTime, failureRate, restore }: Figures): string {
  return [deployWords(frequency), leadWords(leadTime), failureWords(failureRate), restoreWords(restore)]
    .filter((each) => each !== null)
    .join(' · ');
}

function deployWords({ samples, before, trend }: Compared): string {
  const more = samples - before.samples;
  const change = trend === 'unknown' ? '' : ` (${more === 0 ? 'as many as before' : signed(more)})`;
  return `${samples === 0 ? 'no deploys' : countOf(samples, 'deploy')}${change}`;
}

function leadWords({ value, samples }: Measured): string | null {
  return value === null ? null : `lead time ${formatDuration(value)}${ofMany(samples)}`;
}

function failureWords({ count, samples }: Measured): string | null {
  if (samples === 0) return null;
  return count === 0 ? 'none failed' : `${count} of ${samples} failed`;
}

function restoreWords({ value, samples }: Measured): string | null {
  return value === null ? null : `restored in ${formatDuration(value)}${ofMany(samples)}`;
}

function ofMany(samples: number): string {
  return samples === 1 ? '' : ` median of ${samples}`;
}

function signed(count: number): string {
  return `${count > 0 ? '+' : '−'}${Math.abs(count).toLocaleString('en')}`;
}

/** `8.3 % (1 of 12)`, `0 % (0 of 4)`; a dash where there is nothing to tell it from. */
export function shareWords({ value, count, samples }: Measured): string {
  return value === null ? '–' : `${percent(value)} (${count} of ${samples})`;
}

/** `1.7 a day (12)`, `0.9 a week (4)`. */
export function frequencyWords({ value, samples }: Measured): string {
  if (value === null || samples === 0) return '–';
  const [often, unit] = value >= 1 ? [value, 'day'] : [value * 7, 'week'];
  return `${rounded(often)} a ${unit} (${samples})`;
}

/** `5 h (median of 9)`. */
export function lengthWords({ value, samples }: Measured): string {
  if (value === null) return '–';
  return `${formatDuration(value)}${samples === 1 ? ' (once)' : ` (median of ${samples})`}`;
}

/** `3 h to 9 h`, `too few samples`. */
export function intervalWords({ interval, samples }: Measured, bound: (value: number) => string): string {
  if (interval !== null) return `${bound(interval.low)} to ${bound(interval.high)}`;
  return samples < fewest ? 'too few samples' : '–';
}

export function percent(value: number): string {
  return `${rounded(value * 100)} %`;
}

export function rounded(value: number): string {
  return String(Number(value.toFixed(value >= 10 ? 0 : 1)));
}

export const trendWords: Readonly<Record<Trend, string>> = {
  up: 'more than before',
  down: 'less than before',
  unclear: 'no clear change',
  'too-few': 'too few to compare',
  unknown: 'nothing to compare with',
};
