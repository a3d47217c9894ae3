import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawLineCharts, scaleOf } from './line-chart.ts';

/** As a reader of PNG reads it: chunks with right checks, and the rows of pixels. */
function readPng(png: Buffer) {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== png.readUInt32BE(at + 8 + length)) throw new Error('a wrong check');
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  return {
    width,
    height,
    names: [...chunks.keys()],
    colourAt: (x: number, y: number) => rows[y * (width + 1) + 1 + x],
    used: new Set(rows),
  };
}

const line = (values: readonly number[]) => ({
  title: 'Open backports',
  points: values.map((value, index) => ({ label: `Nov ${index}`, value })),
});

describe('a chart as a picture', () => {
  it('is a PNG with a panel for each line', () => {
    const one = readPng(drawLineCharts([line([3, 1, 2])]));
    const two = readPng(drawLineCharts([line([3, 1, 2]), line([1, 2])]));

    expect(one.names).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect(two.height).toBe(2 * one.height);
    expect(one.used).toEqual(new Set([0, 1, 2, 3]));
  });

  it('goes down where the values do', () => {
    const { height, width, colourAt } = readPng(drawLineCharts([line([9, 0])]));
    const lineIn = (x: number) => Array.from({ length: height }, (_, y) => y).find((y) => colourAt(x, y) === 3) ?? -1;

    expect(lineIn(95)).toBeLessThan(lineIn(width - 60));
  });

  it.each([
    [[1, 2, 3], { low: 1, high: 3, step: 1 }],
    [[85, 94.2], { low: 85, high: 95, step: 5 }],
    [[0, 0], { low: 0, high: 1, step: 1 }],
    [[0, 4000], { low: 0, high: 4000, step: 1000 }],
    [[], { low: 0, high: 1, step: 1 }],
  ])('measures %j in round steps', (values, scale) => {
    expect(scaleOf(values)).toEqual(scale);
  });

  it.each([[[]], [[5]], [Array.from({ length: 400 }, () => 7)], [[Number.NaN, 1]], [[1e15, -1e15]]])(
    'is drawn of anything',
    (values) => {
      expect(() => drawLineCharts([line(values)])).not.toThrow();
    },
  );
});
