import { describe, expect, it } from 'vitest';
import { countInterval, medianInterval, medianOf } from './interval.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('the median', () => {
  it.each([
    [[], null],
    [[7], 7],
    [[1, 9], 5],
    [[1, 2, 100], 2],
    [[1, 2, 4, 100], 3],
  ])('of %j is %j', (values, expected) => {
    expect(medianOf(values)).toBe(expected);
  });

  // Ranks and confidence as tables of the sign test have them (Conover, Practical Nonparametric Statistics, table A3).
  it.each([
    [4, null],
    [5, { low: 1, high: 5, confidence: 1 - 2 / 32 }],
    [6, { low: 1, high: 6, confidence: 1 - 2 / 64 }],
    [8, { low: 1, high: 8, confidence: 1 - 2 / 256 }],
    [9, { low: 2, high: 8, confidence: 1 - 20 / 512 }],
    [15, { low: 4, high: 12, confidence: 1 - (2 * 576) / 32_768 }],
    [20, { low: 6, high: 15, confidence: 1 - (2 * 21_700) / 1_048_576 }],
  ])('of 1 to %i lies within %j', (count, expected) => {
    const found = medianInterval(upTo(count));
    const written = found === null ? null : { ...found, confidence: Number(found.confidence.toFixed(10)) };

    expect(written).toEqual(
      expected === null ? null : { ...expected, confidence: Number(expected.confidence.toFixed(10)) },
    );
  });

  it('of very many lies as far from the middle as of many', () => {
    const [many, more] = [medianInterval(upTo(1000)), medianInterval(upTo(2000))];

    expect(many).toMatchObject({ low: 469, high: 532 });
    expect(more).toMatchObject({ low: 956, high: 1045, confidence: 0.95 });
  });
});

describe('how often something happens', () => {
  // The exact interval of a Poisson count (Garwood 1936).
  it.each([
    [5, 1.62, 11.67],
    [10, 4.8, 18.39],
    [50, 37.11, 65.92],
  ])('%i times lies between %f and %f', (count, low, high) => {
    const found = countInterval(count);

    expect(found?.low).toBeCloseTo(low, 1);
    expect(found?.high).toBeCloseTo(high, 1);
  });

  it('says nothing of four', () => {
    expect(countInterval(4)).toBeNull();
  });
});
