import fc from 'fast-check';

/** Values that no source sends where they are put; undefined takes a field away. */
export const wrongValues = fc.array(
  fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.constant('x'.repeat(10_000)),
    fc.constant('\0\ud800'),
    fc.constantFrom('🚀'.repeat(5000), `-${'🚀'.repeat(5000)}`),
    fc.constant([]),
    fc.constant({}),
    fc.constant([{ id: [] }]),
    fc.constant('0001-01-01T00:00:00Z'),
    fc.constant(['__proto__']),
    fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty'),
  ),
  { minLength: 1, maxLength: 4 },
);

/** The body with a value put in somewhere for each of `wrong`; undefined takes the field away. */
export function mutated(body: unknown, where: fc.Stream<number>, wrong: readonly unknown[]): unknown {
  const changed: unknown = structuredClone(body);
  for (const value of wrong) {
    let at = changed;
    for (const turn of where) {
      if (typeof at !== 'object' || at === null) break;
      const keys = Object.keys(at);
      const key = keys[turn % keys.length];
      if (key === undefined) break;
      const inner: unknown = Reflect.get(at, key);
      if (typeof inner === 'object' && inner !== null && turn % 4 !== 0) {
        at = inner;
        continue;
      }
      Reflect.set(at, key, value);
      break;
    }
  }
  return changed;
}
