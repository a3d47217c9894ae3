import type { Change } from '../change.ts';

/** One value that a change says, and where in what it says. */
export interface SaidValue {
  readonly path: readonly string[];
  readonly value: unknown;
}

const deepest = 8;
const most = 2000;

const known = new WeakMap<object, readonly SaidValue[]>();

/** Every value in it with its path; lists are values themselves. */
export function saidValues(record: Readonly<Record<string, unknown>> | null): readonly SaidValue[] {
  if (record === null) return [];
  const before = known.get(record);
  if (before !== undefined) return before;
  const found: SaidValue[] = [];
  walk(record, [], found);
  known.set(record, found);
  return found;
}

function walk(value: unknown, path: readonly string[], found: SaidValue[]): void {
  if (found.length >= most) return;
  if (path.length > 0) found.push({ path, value });
  if (typeof value !== 'object' || value === null || Array.isArray(value) || path.length >= deepest) return;
  for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name], found);
}

const names = new WeakMap<object, ReadonlySet<string>>();

/** What its details name: every text in them, also in lists, and every field. */
export function namesIn({ details }: Pick<Change, 'details'>): ReadonlySet<string> {
  const before = names.get(details);
  if (before !== undefined) return before;
  const found = new Set<string>();
  for (const { path, value } of saidValues(details)) {
    const last = path.at(-1);
    if (last !== undefined) found.add(last);
    for (const each of Array.isArray(value) ? value : [value]) if (typeof each === 'string') found.add(each);
  }
  names.set(details, found);
  return found;
}
