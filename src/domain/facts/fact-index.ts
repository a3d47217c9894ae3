import type { Facet } from './fact.ts';

interface AtPlace {
  /** Empty: of no one service. */
  readonly service: string;
  readonly facet: Facet;
  readonly key: string;
}

/** Facts of one environment and collector by where they stand. */
export interface FactIndex<Each extends AtPlace> {
  readonly size: number;
  at(place: AtPlace): Each | undefined;
  values(): Iterable<Each>;
}

/** By service, facet and key one after the other: a string for each place would be as large as the facts themselves. */
export function factIndex<Each extends AtPlace>(): FactIndex<Each> & { add(fact: Each): void } {
  const groups = new Map<string, Map<string, Each>>();
  let size = 0;
  let last: { readonly service: string; readonly facet: string; readonly facts: Map<string, Each> } | null = null;

  function groupOf({ service, facet }: AtPlace): Map<string, Each> {
    if (last !== null && last.service === service && last.facet === facet) return last.facts;
    const name = `${facet} ${service}`;
    const facts = groups.get(name) ?? new Map<string, Each>();
    groups.set(name, facts);
    last = { service, facet, facts };
    return facts;
  }

  return {
    get size() {
      return size;
    },
    at: (place) => groupOf(place).get(place.key),
    add(fact) {
      groupOf(fact).set(fact.key, fact);
      size += 1;
    },
    *values() {
      for (const facts of groups.values()) yield* facts.values();
    },
  };
}
