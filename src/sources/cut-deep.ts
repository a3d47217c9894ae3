/** Deeper than any source nests. */
const deepest = 60;

/**
 * JSON with null in place of what is nested deeper than any source nests: such a body is an attack on whatever walks it,
 * `JSON.stringify` included. The same object when there is nothing so deep.
 */
export function cutDeep(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => cutDeep(item, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const fields = Object.entries(value).map(([name, inner]): [string, unknown] => [name, cutDeep(inner, depth + 1)]);
  return fields.some(([name, inner]) => inner !== Reflect.get(value, name)) ? Object.fromEntries(fields) : value;
}
