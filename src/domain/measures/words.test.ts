import { describe, expect, it } from 'vitest';
import type { Figures } from './figures.ts';
import { type Measured, compared, frequency, median, share } from './measure.ts';
import { frequencyWords, intervalWords, lengthWords, measuresLine, percent, shareWords } from './words.ts';

const minute = 60_000;
const week = 7 * 1440 * minute;

interface Told {
  readonly deploys?: number;
  readonly before?: number;
  readonly known?: boolean;
  readonly leads?: readonly number[];
  readonly failed?: number;
  readonly restores?: readonly number[];
}

function figures({ deploys = 0, before = 0, known = true, leads = [], failed = 0, restores = [] }: Told): Figures {
  const none = share(0, 0);
  const inMinutes = (values: readonly number[]) => median(values.map((value) => value * minute));
  const alone = (of: Measured) => compared(of, none, known);
  return {
    frequency: compared(frequency(deploys, week), frequency(before, week), known),
    leadTime: { ...alone(inMinutes(leads)), fromMerge: 0 },
    failureRate: { ...alone(share(failed, deploys)), reasons: { incident: failed, rollback: 0, revert: 0 } },
    restore: alone(inMinutes(restores)),
    restoreCaused: alone(inMinutes(restores)),
    rework: { ...alone(none), reasons: { rollback: 0, fix: 0, hotfix: 0, revert: 0 } },
  };
}

describe('the line of a digest', () => {
  it.each<[Told, string]>([
    [
      { deploys: 12, before: 9, leads: [60, 90, 200, 280, 300, 310, 400, 500, 900], failed: 1, restores: [42] },
      '12 deploys (+3) · lead time 5 h median of 9 · 1 of 12 failed · restored in 42 min',
    ],
    [{ deploys: 1, before: 4, leads: [95] }, '1 deploy (−3) · lead time 1 h 35 min · none failed'],
    [{ deploys: 3, before: 3, known: false }, '3 deploys · none failed'],
    [{ deploys: 3, before: 3, failed: 3 }, '3 deploys (as many as before) · 3 of 3 failed'],
    [{ before: 2, restores: [10, 30] }, 'no deploys (−2) · restored in 20 min median of 2'],
    [{ deploys: 1200, before: 0 }, '1,200 deploys (+1,200) · none failed'],
  ])('of %j', (told, expected) => {
    expect(measuresLine(figures(told))).toBe(expected);
  });
});

describe('a number in words', () => {
  it.each([
    [shareWords(share(1, 12)), '8.3 % (1 of 12)'],
    [shareWords(share(0, 0)), '–'],
    [frequencyWords(frequency(12, week)), '1.7 a day (12)'],
    [frequencyWords(frequency(4, week)), '4 a week (4)'],
    [frequencyWords(frequency(0, week)), '–'],
    [lengthWords(median([5 * minute])), '5 min (once)'],
    [lengthWords(median([])), '–'],
    [intervalWords(share(1, 12), percent), '1.5 % to 35 %'],
    [intervalWords(share(1, 4), percent), 'too few samples'],
  ])('%s', (words, expected) => {
    expect(words).toBe(expected);
  });
});
