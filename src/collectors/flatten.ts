import type { FactValue } from '../domain/facts/fact.ts';

interface Leaf {
  readonly path: string;
  readonly value: FactValue;
}

/** Deeper than any configuration that people write. */
const deepest = 100;

/**
 * Every value with the path to it: `db.pool`, `servers[0].port`, `env[name=PORT].value`, `["a.b"].c`. Different places
 * have different paths. A list of plain values is one value, and one of objects that have names goes by them: what was
 * put in front moves nothing. Null: it is nested too deep.
 */
export function flatten(value: unknown): readonly Leaf[] | null {
  const leaves: Leaf[] = [];
  return walk(value, '', 0, leaves) ? leaves : null;
}

function walk(value: unknown, path: string, depth: number, leaves: Leaf[]): boolean {
  if (depth > deepest) return false;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => isPlain(item))) {
      leaves.push({ path, value: items.map((item) => plain(item)) });
      return true;
    }
    const name = nameOf(items);
    return items.every((item, index) => {
      const step = name === null ? `[${index}]` : `[${name}=${stepName(String(Reflect.get(item as object, name)))}]`;
      return walk(item, `${path}${step}`, depth + 1, leaves);
    });
  }
  if (isPlain(value)) {
    leaves.push({ path, value: plain(value) });
    return true;
  }
  const fields = Object.entries(value as object);
  if (fields.length === 0) leaves.push({ path, value: {} });
  return fields.every(([name, field]) => walk(field, `${path}${stepTo(name, path === '')}`, depth + 1, leaves));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof Date;
}

function plain(value: unknown): FactValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  return null;
}

/** By what the items of a list go: the first of these that every item has, each its own. */
function nameOf(items: readonly unknown[]): string | null {
  const found = ['name', 'id', 'key'].find((name) => {
    const values = items.map((item) =>
      isPlain(item) || Array.isArray(item) ? null : Reflect.get(item as object, name),
    );
    return values.every((value) => typeof value === 'string') && new Set(values).size === values.length;
  });
  return found ?? null;
}

const simple = /^[^.:/[\]"\\\s=]+$/;

function stepTo(name: string, first: boolean): string {
  if (!simple.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}

function stepName(name: string): string {
  return simple.test(name) ? name : JSON.stringify(name);
}
