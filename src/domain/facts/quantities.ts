import { type Place, isUnder, shortName } from './place.ts';

const factors: Readonly<Record<string, readonly [bigint, bigint]>> = {
  n: [1n, 10n ** 9n],
  u: [1n, 10n ** 6n],
  m: [1n, 10n ** 3n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};

/** What holds amounts by resource, of whatever name. */
const holders = new Set(['requests', 'limits', 'capacity', 'allocatable']);
const named = /^(?:cpu|memory|storage|ephemeral-storage|sizelimit|hugepages-\w{1,10})$/;

/** Kubernetes' `100m` is 0.1 and `1Gi` 1073741824. Null: the name is of no such amount, or it does not read as one. */
export function quantityOf(value: string | number, place: Place): string | number | null {
  if (!named.test(shortName(place)) && !isUnder(place, holders)) return null;
  const text = String(value);
  if (text.length > 60) return null;
  const match = /^(-?)(\d{1,40})(?:\.(\d{0,18}))?(?:(n|u|m|k|M|G|T|P|E|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', suffix = '', exponent = '0'] = match;
  const [times, parts] = suffix === '' ? powerOf(Number(exponent)) : (factors[suffix] ?? [1n, 1n]);
  const amount = BigInt(whole + fraction) * times * 10n ** 18n;
  const divisor = parts * 10n ** BigInt(fraction.length);
  if (amount % divisor !== 0n) return null;
  return decimal(sign, amount / divisor);
}

function powerOf(exponent: number): readonly [bigint, bigint] {
  return exponent < 0 ? [1n, 10n ** BigInt(-exponent)] : [10n ** BigInt(exponent), 1n];
}

/** A number where one holds it exactly, else its digits. */
function decimal(sign: string, atto: bigint): string | number {
  const fraction = (atto % 10n ** 18n).toString().padStart(18, '0').replace(/0+$/, '');
  const whole = (atto / 10n ** 18n).toString();
  const text = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
  return whole.length + fraction.length > 15 ? text : Number(text) + 0;
}
