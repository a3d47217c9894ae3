import { type Fact, isDigest } from '../domain/facts/fact.ts';

/**
 * One fact for each place. What is seen several times in different ways (replicas of two versions) becomes a list of
 * all values, in an order that does not depend on which was seen first.
 */
export function oneEach(facts: readonly Fact[]): readonly Fact[] {
  const places = new Map<string, { readonly fact: Fact; readonly values: Map<string, Fact['value']> }>();
  for (const fact of facts) {
    const place = JSON.stringify([fact.service, fact.facet, fact.key]);
    const found = places.get(place) ?? { fact, values: new Map<string, Fact['value']>() };
    places.set(place, found);
    found.values.set(JSON.stringify(fact.value), fact.value);
  }
  return [...places.values()].map(({ fact, values }) =>
    values.size === 1 ? fact : { ...fact, value: joined(values) },
  );
}

function joined(values: ReadonlyMap<string, Fact['value']>): Fact['value'] {
  const ordered = [...values.keys()].toSorted().map((text) => values.get(text) ?? null);
  const digests = ordered.filter((value) => isDigest(value));
  if (digests.length === 0) return ordered;
  // A plain one among them is not told either: it is of the same place.
  const known = digests.length === ordered.length && digests.every(({ digest }) => digest !== 'present');
  return { digest: known ? digests.map(({ digest }) => digest).join(' ') : 'present' };
}
