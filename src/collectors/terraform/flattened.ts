import type { Fact, FactValue } from '../../domain/facts/fact.ts';
import type { CollectorInput } from '../collector.ts';
import { isObject } from '../json-shape.ts';
import { jsonValue, secretValue } from '../secret-facts.ts';
import type { Step } from './resources.ts';

const deepest = 30;

/**
 * `root_block_device[0].volume_size`: every value by its path, a list of plain values as a whole. What is empty is left
 * out: a provider writes null, an empty text or an empty list for the same nothing, by its version.
 */
export function flattened(
  values: Readonly<Record<string, unknown>>,
  isSensitive: (path: readonly Step[], value: unknown) => boolean,
  digest: CollectorInput['digest'],
): readonly (readonly [string, Fact['value']])[] {
  const found: [string, Fact['value']][] = [];
  walk(values, []);
  return found;

  function walk(value: unknown, path: readonly Step[]): void {
    if (isEmpty(value)) return;
    // What is deeper is not looked at, so nobody knows what is in it.
    const isHidden =
      isSensitive(path, value) ||
      path.length >= deepest ||
      (Array.isArray(value) && isList(value) && anySensitive(value, path));
    if (path.length > 0 && isHidden) {
      found.push([written(path), secretValue(JSON.stringify(value), digest)]);
    } else if (Array.isArray(value) && !isList(value)) {
      for (const [index, item] of value.entries()) walk(item, [...path, index]);
    } else if (isObject(value)) {
      for (const [name, item] of Object.entries(value)) walk(item, [...path, name]);
    } else {
      found.push([written(path), jsonValue(nameOf(path), value as FactValue, digest)]);
    }
  }
  function anySensitive(list: readonly unknown[], path: readonly Step[]): boolean {
    return list.some((item, index) => isSensitive([...path, index], item));
  }
}

/** Of plain values. */
function isList(value: readonly unknown[]): boolean {
  return value.every((item) => typeof item !== 'object' || item === null);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (typeof value !== 'object') return false;
  return Object.keys(value).length === 0;
}

/** Of a list what the list is called. */
function nameOf(path: readonly Step[]): string {
  return path.findLast((step) => typeof step === 'string') ?? '';
}

function written(path: readonly Step[]): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      // Labels and tags have names with dots and slashes of their own.
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join('');
}
