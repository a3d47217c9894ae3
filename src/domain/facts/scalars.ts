import type { FactValue } from './fact.ts';
import { durationOf } from './durations.ts';
import { instantOf } from './instants.ts';
import type { Place } from './place.ts';
import { quantityOf } from './quantities.ts';
import { holds } from './rules.ts';
import { isDomainName } from './sets.ts';
import { settingOf } from './setting-units.ts';

/** Longer text is none of a number, a duration, a time. */
const mostOfScalar = 100;

export function scalarMeaning(place: Place, value: string | number | boolean): FactValue {
  const { facet } = place;
  if (holds('text', facet)) return asText(place, String(value));
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return amountOf(place, value) ?? value + 0;
  const text = holds('line-ends', facet) ? withoutLineEnds(value) : value;
  if (text.length > mostOfScalar) return nameOf(place, text);
  return switchOf(place, text) ?? amountOf(place, text) ?? numberOf(place, text) ?? timeOf(place, text);
}

function asText({ facet }: Place, text: string): string {
  if (!holds('version-prefix', facet)) return text;
  return text.trim().replace(/^v(?=\d)/i, '');
}

/** Splitting is linear where an expression that looks for blanks before a line's end is not. */
function withoutLineEnds(text: string): string {
  if (!/\s/.test(text)) return text;
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

function switchOf({ facet }: Place, text: string): boolean | null {
  if (holds('boolean-text', facet)) return text === 'true' ? true : text === 'false' ? false : null;
  if (!holds('switch', facet)) return null;
  if (text === 'on' || text === 'true' || text === (facet === 'flag' ? 'enabled' : 'yes')) return true;
  if (text === 'off' || text === 'false' || text === (facet === 'flag' ? 'disabled' : 'no')) return false;
  return null;
}

function amountOf(place: Place, value: string | number): FactValue {
  const setting = holds('setting-unit', place.facet) ? settingOf(value, place) : null;
  const quantity = holds('quantity', place.facet) ? quantityOf(value, place) : null;
  return setting ?? quantity ?? (holds('duration', place.facet) ? durationOf(value, place) : null);
}

/** `3` and `1.0`, but neither `08`, `1e3`, `0x10` nor `1.10`, which may be a version. */
function numberOf(place: Place, text: string): number | null {
  if (!holds('number-text', place.facet) || text === '-0') return null;
  const match = /^-?(?:0|[1-9]\d{0,14})(?:\.(?:(0+)|\d{0,14}[1-9]))?$/.exec(text);
  if (match === null || text.length > 16) return null;
  const mayBeVersion = place.facet === 'database' || place.names.some((name) => namesVersion.test(name));
  if (match[1] !== undefined && mayBeVersion) return null;
  return Number(text) + 0;
}

const namesVersion = /version|release|revision|tag$|image|build|engine|runtime|extension/i;

function timeOf(place: Place, text: string): string {
  return (holds('instant', place.facet) ? instantOf(text) : null) ?? nameOf(place, text);
}

function nameOf(place: Place, text: string): string {
  if (!holds('domain-name', place.facet) || !isDomainName(place) || text.length > 255) return text;
  return text.toLowerCase().replace(/\.$/, '');
}
