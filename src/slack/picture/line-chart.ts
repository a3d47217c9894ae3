import { dotsOf, letterHeight, letterWidth } from './letters.ts';
import { type Pixels, encodePng } from './png.ts';

export interface DrawnLine {
  readonly title: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** On white and on dark alike: the picture brings its own ground. */
const colours = [
  [255, 255, 255],
  [29, 28, 29],
  [221, 221, 221],
  [18, 100, 163],
] as const;
const [ground, ink, grid, stroke] = [0, 1, 2, 3];
const width = 1000;
const panel = 260;
const left = 90;
const right = 40;
const top = 56;
const bottom = 44;
/** Letters of seven dots are too small to read. */
const scale = 2;
const mostLabels = 8;

/** One panel for each line, below one another, each on a scale of its own. */
export function drawLineCharts(lines: readonly DrawnLine[]): Buffer {
  const height = panel * Math.max(1, lines.length);
  const pixels: Pixels = { width, height, data: new Uint8Array(width * height).fill(ground), colours };
  for (const [index, line] of lines.entries()) drawPanel(pixels, line, index * panel);
  return encodePng(pixels);
}

function drawPanel(pixels: Pixels, { title, points }: DrawnLine, offset: number): void {
  const values = points.map(({ value }) => value);
  const { low, high, step } = scaleOf(values);
  const [begin, end] = [offset + panel - bottom, offset + top];
  const yOf = (value: number) => Math.round(begin - ((value - low) / (high - low)) * (begin - end));
  const xOf = (index: number) =>
    Math.round(left + (points.length < 2 ? 0 : (index / (points.length - 1)) * (width - left - right)));
  write(pixels, title, left, offset + 16);
  for (let value = low; value <= high + step / 2; value += step) {
    const y = yOf(value);
    drawLine(pixels, { from: [left, y], to: [width - right, y], colour: grid, thick: 1 });
    const words = labelOf(value, step);
    write(pixels, words, left - 12 - words.length * letterWidth * scale, y - letterHeight);
  }
  const every = Math.ceil(points.length / mostLabels);
  for (const [index, { label }] of points.entries()) {
    const half = (label.length * letterWidth * scale) / 2;
    if (index % every === 0) write(pixels, label, Math.min(xOf(index) - half, width - 2 * half), begin + 14);
  }
  for (const [index, { value }] of points.entries()) {
    const [x, y] = [xOf(index), yOf(value)];
    dot(pixels, x, y, 5);
    const before = points[index - 1];
    if (before !== undefined) {
      drawLine(pixels, { from: [xOf(index - 1), yOf(before.value)], to: [x, y], colour: stroke, thick: 3 });
    }
  }
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** Four steps or so, of 1, 2 or 5 times a power of ten; of what never changes, one around it. */
export function scaleOf(values: readonly number[]): Scale {
  const known = values.filter((value) => Number.isFinite(value));
  const [least, most] = [Math.min(...known, Number.POSITIVE_INFINITY), Math.max(...known, Number.NEGATIVE_INFINITY)];
  if (known.length === 0) return { low: 0, high: 1, step: 1 };
  const span = Math.max(most - least, 1);
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((times) => times * power * 4 >= span) ?? 10));
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  return { low, high, step };
}

function labelOf(value: number, step: number): string {
  return step >= 1 ? String(Math.round(value)) : value.toFixed(1);
}

function write(pixels: Pixels, text: string, x: number, y: number): void {
  for (const [dotX, dotY] of dotsOf(text)) {
    for (let dx = 0; dx < scale; dx += 1) {
      for (let dy = 0; dy < scale; dy += 1) put(pixels, x + dotX * scale + dx, y + dotY * scale + dy, ink);
    }
  }
}

type Point = readonly [x: number, y: number];

function drawLine(
  pixels: Pixels,
  {
    from,
    to,
    colour,
    thick,
  }: { readonly from: Point; readonly to: Point; readonly colour: number; readonly thick: number },
): void {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1);
  for (let index = 0; index <= steps; index += 1) {
    const x = Math.round(from[0] + ((to[0] - from[0]) * index) / steps);
    const y = Math.round(from[1] + ((to[1] - from[1]) * index) / steps);
    const half = Math.floor(thick / 2);
    for (let dx = -half; dx <= half; dx += 1) {
      for (let dy = -half; dy <= half; dy += 1) put(pixels, x + dx, y + dy, colour);
    }
  }
}

function dot(pixels: Pixels, x: number, y: number, radius: number): void {
  for (let dx = -radius; dx <= radius; dx += 1) {
    for (let dy = -radius; dy <= radius; dy += 1) {
      if (dx * dx + dy * dy <= radius * radius) put(pixels, x + dx, y + dy, stroke);
    }
  }
}

function put({ width: across, height, data }: Pixels, x: number, y: number, colour: number): void {
  const [column, row] = [Math.round(x), Math.round(y)];
  if (column >= 0 && column < across && row >= 0 && row < height) data[row * across + column] = colour;
}
