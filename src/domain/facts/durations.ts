import { type Place, lastName } from './place.ts';

const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:ms|millis|milliseconds?)$/, 'ms'],
  [/^(?:s|secs?|seconds?)$/, 's'],
  [/^(?:m|mins?|minutes?)$/, 'm'],
  [/^(?:h|hrs?|hours?)$/, 'h'],
  [/^(?:d|days?)$/, 'd'],
];

/** Names that carry the unit of a bare number. */
const unitNames: readonly (readonly [RegExp, string])[] = [
  [/(?:milliseconds|millis|[-_]ms|(?<=[a-z])Ms)$/i, 'ms'],
  [/(?:seconds|[-_]secs?)$/i, 's'],
  [/(?:[-_]minutes|(?<=[a-z])Minutes|^minutes|[-_]mins?)$/, 'm'],
  [/(?:[-_]hours|(?<=[a-z])Hours|^hours)$/, 'h'],
  [/(?:[-_]days|(?<=[a-z])Days|^days)$/, 'd'],
];

/** `30000000000ns` of `30s`, `30000ms` and `PT30S`; of a bare number only where its name carries the unit. */
export function durationOf(value: string | number, place: Place): string | null {
  const text = String(value);
  if (text.length > 40) return null;
  const parts = partsOf(text, place);
  if (parts === null) return null;
  let sum = 0n;
  for (const [amount, unit] of parts) {
    const each = scaled(amount, nanoseconds[unit] ?? 0n);
    if (each === null) return null;
    sum += each;
  }
  return `${sum}ns`;
}

function partsOf(text: string, place: Place): readonly (readonly [string, string])[] | null {
  if (/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) {
    const unit = unitNames.find(([pattern]) => pattern.test(lastName(place)))?.[1];
    return unit === undefined ? null : [[text, unit]];
  }
  const iso = /^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/.exec(text);
  if (iso !== null) {
    const [, h, m, s] = iso;
    const parts = [[h, 'h'] as const, [m, 'm'] as const, [s, 's'] as const];
    const said = parts.flatMap(([amount, unit]) => (amount === undefined ? [] : [[amount, unit] as const]));
    return said.length === 0 ? null : said;
  }
  const worded = /^(\d{1,15}(?:\.\d{1,9})?) ?([a-z]{1,12})$/.exec(text);
  const unit = words.find(([pattern]) => pattern.test(worded?.[2] ?? ''))?.[1];
  if (worded !== null && unit !== undefined) return [[worded[1] ?? '', unit]];
  const whole = /^(?:\d{1,15}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h|d))+$/.test(text);
  if (!whole) return null;
  return [...text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h|d)/g)].map(([, amount = '', each = '']) => [amount, each]);
}

/** Null where it comes out finer than one. */
function scaled(amount: string, unit: bigint): bigint | null {
  const [whole = '', fraction = ''] = amount.split('.');
  const product = BigInt(whole + fraction) * unit;
  const divisor = 10n ** BigInt(fraction.length);
  return product % divisor === 0n ? product / divisor : null;
}
