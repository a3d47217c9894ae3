import { describe, expect, it } from 'vitest';
import { proportion } from './proportion.ts';

describe('the interval of a share', () => {
  // Of Newcombe's comparison (Statistics in Medicine 1998, table I), method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is Wilson’s', (count, of, low, high) => {
    const read = proportion(count, of);

    expect(read.low).toBeCloseTo(low, 4);
    expect(read.high).toBeCloseTo(high, 4);
  });

  it('stays within 0 and 1', () => {
    expect(proportion(7, 7)).toMatchObject({ share: 1, high: 1 });
    expect(proportion(0, 7)).toMatchObject({ share: 0, low: 0 });
  });

  it('is unknown of nothing', () => {
    expect(proportion(0, 0)).toEqual({ count: 0, of: 0, share: null, low: null, high: null });
  });
});
