import { isEverChanging } from './ever-changing.ts';
import type { Facet, FactValue } from './fact.ts';
import { type Place, inside, placeOf } from './place.ts';
import { holds } from './rules.ts';
import { scalarMeaning } from './scalars.ts';
import { serverDefaultOf } from './server-defaults.ts';
import { isListOfOne, isSet } from './sets.ts';
import { settingOf } from './setting-units.ts';
import { isList, isObject, written } from './written.ts';

export { normaliserVersion } from './rules.ts';

/** What lies deeper stands for itself: no rule is about it. */
const deepest = 40;

/**
 * Canonical text: equal for two values of one facet and key exactly when they mean the same. Two that only may mean the
 * same are different. Never fails, and takes no longer than the value is large.
 */
export function normalise(facet: Facet, key: string, value: FactValue): string {
  return written(meaningOf(facet, key, value));
}

/** Null, empty and a server's default are as good as nothing, so that only one side's having such a fact is no difference. */
export function saysNothing(facet: Facet, key: string, value: FactValue): boolean {
  return meaningOf(facet, key, value) === null;
}

/** The plainest value that means the same. Of itself it is the value. */
export function meaningOf(facet: Facet, key: string, value: FactValue): FactValue {
  const place = placeOf(facet, key);
  return meaning(place, listed(place, value), undefined, deepest);
}

function meaning(place: Place, value: FactValue, image: FactValue | undefined, depth: number): FactValue {
  if (depth <= 0) return value;
  const { facet } = place;
  if (holds('ever-changing', facet) && isEverChanging(place)) return null;
  const found = plainMeaning(place, value, depth);
  if (holds('empty', facet) && isEmpty(found)) return null;
  return holds('server-default', facet) && isDefault(place, found, image) ? null : found;
}

function isDefault(place: Place, found: FactValue, image: FactValue | undefined): boolean {
  const fallback = serverDefaultOf(place, image);
  return fallback !== undefined && found === scalarMeaning(place, fallback);
}

function plainMeaning(place: Place, value: FactValue, depth: number): FactValue {
  if (typeof value === 'string') return textMeaning(place, value, depth);
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return value === null ? null : scalarMeaning(place, value);
  if (isList(value)) return listMeaning(place, value, depth);
  const setting = holds('setting-unit', place.facet) ? settingOf(value, place) : null;
  return setting ?? objectMeaning(place, value, depth);
}

function textMeaning(place: Place, text: string, depth: number): FactValue {
  const json = holds('json-text', place.facet) ? jsonIn(text) : null;
  // What reads a variable or a flag knows types: within them only the order of names means nothing.
  if (json !== null && (place.facet === 'env' || place.facet === 'flag')) return written(json);
  if (json !== null) return written(plainMeaning(place, json, depth - 1));
  return scalarMeaning(place, text);
}

/** Null: it is none, or holds a number that would not survive being read. */
function jsonIn(text: string): FactValue {
  if (!/^\s*[[{]/.test(text) || /[\d.]{16}|\d[eE]/.test(text)) return null;
  try {
    return JSON.parse(text) as FactValue;
  } catch {
    return null;
  }
}

function listMeaning(place: Place, list: readonly FactValue[], depth: number): FactValue {
  const items = list.map((item) => meaning(place, item, undefined, depth - 1));
  if (!isSet(place)) return items;
  const byText = new Map(items.map((item) => [written(item), item] as const));
  return [...byText.keys()].toSorted().map((text) => byText.get(text) as FactValue);
}

function objectMeaning(place: Place, object: Readonly<Record<string, FactValue>>, depth: number): FactValue {
  const image = object['image'];
  const entries = Object.entries(object).map(([name, each]) => {
    const within = inside(place, name);
    return [name, meaning(within, listed(within, each), image, depth - 1)] as const;
  });
  const kept = holds('empty', place.facet) ? entries.filter(([, each]) => each !== null) : entries;
  return Object.fromEntries(kept);
}

function listed(place: Place, value: FactValue): FactValue {
  return typeof value === 'string' && isListOfOne(place) ? [value] : value;
}

function isEmpty(value: FactValue): boolean {
  if (value === '' || value === null) return true;
  if (isList(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
