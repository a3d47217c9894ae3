import type { Facet } from './fact.ts';

/** Where a value stands: the fact's own key, and the names inside its value that lead to it. */
export interface Place {
  readonly facet: Facet;
  readonly key: string;
  /** From outside in, without what numbers list items. */
  readonly names: readonly string[];
}

export function placeOf(facet: Facet, key: string): Place {
  return { facet, key, names: key.split(/[.:/#[\]\s]+/u).filter((name) => name !== '' && !/^\d+$/.test(name)) };
}

export function inside(place: Place, name: string): Place {
  return { ...place, key: `${place.key}.${name}`.slice(-500), names: [...place.names, name].slice(-20) };
}

/** The name that says most of what a value is: `cpu` of `requests.cpu`. */
export function lastName({ names }: Place): string {
  return names.at(-1) ?? '';
}

/** The annotation `example.com/a` is `a` too. */
export function shortName(place: Place): string {
  const name = lastName(place).toLowerCase();
  return name.slice(name.lastIndexOf('/') + 1);
}

export function isUnder({ names }: Place, parents: ReadonlySet<string>): boolean {
  return names.slice(0, -1).some((name) => parents.has(name.toLowerCase()));
}
