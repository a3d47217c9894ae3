/** Deeper than any source nests. */
const deepest = 60;

/**
 * JSON with null in place of what is nested deeper than any source nests: such a body is an attack on whatever walks it,
 * `JSON.stringify` included. The same object when there is nothing so deep.
 */
export function cutDeep(value: unknown): unknown {
  return isDeeper(value, deepest) ? cutAt(value, deepest) : value;
}

/** Looks and makes nothing: almost no body is so deep. */
function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const name in value) {
    if (isDeeper(Reflect.get(value, name), left - 1)) return true;
  }
  return false;
}

function cutAt(value: unknown, left: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (left === 0) return null;
  if (Array.isArray(value)) return value.map((item) => cutAt(item, left - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutAt(inner, left - 1)]));
}
