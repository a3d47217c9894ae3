import type { Must } from './difference.ts';

const comparison =
  /^(?<left>reference|mirror)\s*(?<sign>>=|<=|≥|≤)\s*(?:(?<number>\d+(?:\.\d+)?)\s*(?:(?<percent>%)\s*of|[x×*])\s*)?(?<right>reference|mirror)$/;

/** `differ`, `equal`, `reference >= mirror`, `mirror >= 50% of reference`, `mirror <= 2 x reference`. Null: none of these. */
export function readMust(text: string): Must | null {
  const words = text.trim().toLowerCase();
  if (words === 'differ' || words === 'equal') return { is: words };
  const { left, sign, number, percent, right } = comparison.exec(words)?.groups ?? {};
  if (left === undefined || left === right) return null;
  const factor = number === undefined ? 1 : Number(number) / (percent === undefined ? 1 : 100);
  if (factor === 0) return null;
  const isMore = sign === '>=' || sign === '≥';
  return left === 'mirror'
    ? { is: isMore ? 'at-least' : 'at-most', ratio: factor }
    : { is: isMore ? 'at-most' : 'at-least', ratio: 1 / factor };
}

/** As settings say it. */
export function mustText(must: Must): string {
  if (must.is === 'differ' || must.is === 'equal') return must.is;
  const sign = must.is === 'at-least' ? '>=' : '<=';
  return must.ratio === 1 ? `mirror ${sign} reference` : `mirror ${sign} ${shown(must.ratio)} x reference`;
}

function shown(ratio: number): string {
  return String(Number(ratio.toPrecision(6)));
}

/** Whether two values that differ do so as they must. Null: an environment has none. */
export function holds(must: Must, reference: string | null, mirror: string | null): boolean {
  if (must.is === 'equal' || reference === null || mirror === null) return false;
  if (must.is === 'differ') return true;
  const numbers = inOneUnit(reference, mirror);
  if (numbers === null) return false;
  const bound = numbers[0] * must.ratio;
  return must.is === 'at-least' ? numbers[1] >= bound : numbers[1] <= bound;
}

const kibi = 1024;
/** Units that can be converted into each other. */
const families: readonly Readonly<Record<string, number>>[] = [
  { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  {
    '': 1,
    B: 1,
    kB: kibi,
    KB: kibi,
    MB: kibi ** 2,
    GB: kibi ** 3,
    TB: kibi ** 4,
    Ki: kibi,
    Mi: kibi ** 2,
    Gi: kibi ** 3,
    Ti: kibi ** 4,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
  },
  { us: 1e-6, ms: 1e-3, s: 1, sec: 1, min: 60, h: 3600, d: 86_400 },
  { m: 60, s: 1, h: 3600, d: 86_400 },
];

function inOneUnit(first: string, second: string): readonly [number, number] | null {
  const [a, b] = [quantity(first), quantity(second)];
  if (a === null || b === null) return null;
  if (a.unit === b.unit) return [a.number, b.number];
  for (const family of families) {
    const [one, other] = [family[a.unit], family[b.unit]];
    if (one !== undefined && other !== undefined) return [a.number * one, b.number * other];
  }
  return null;
}

function quantity(text: string): { readonly number: number; readonly unit: string } | null {
  const { number, unit = '' } =
    /^(?<number>-?\d{1,30}(?:\.\d{1,30})?)\s?(?<unit>[A-Za-z%]{0,10})$/.exec(text.trim())?.groups ?? {};
  return number === undefined ? null : { number: Number(number), unit };
}
