export const facets = [
  'version',
  'env',
  'config',
  'package',
  'runtime',
  'database',
  'schema',
  'data',
  'infrastructure',
  'network',
  'flag',
  'health',
] as const;
export type Facet = (typeof facets)[number];

/** Any JSON value. Objects and lists are normalised as a whole: a collector flattens what should be told apart. */
export type FactValue = string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

/** One property of an environment as a collector saw it. */
export interface Fact {
  /** Null: of the environment, of no one service. */
  readonly service: string | null;
  readonly facet: Facet;
  /** 1 to 500 characters. What stands before a colon is the file or object in which it was seen: `app.yaml:db.pool`. */
  readonly key: string;
  /** Of a secret its keyed digest, made where the collector ran, and nothing else. */
  readonly value: FactValue | { readonly digest: string };
}

/** What one collector saw of one environment at one time. */
export interface Snapshot {
  readonly environment: string;
  readonly collector: string;
  /** Of the collector: with another version, values that read differently are no drift. */
  readonly collectorVersion: string;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** False: what is absent was not looked at. */
  readonly complete: boolean;
  /** What it could not look at, in words: `secrets of namespace payments: forbidden`. */
  readonly notSeen: readonly string[];
  readonly facts: readonly Fact[];
}

/** As it arrives: what is read of it may be let go, so its facts are read once. */
export interface ArrivingSnapshot extends Omit<Snapshot, 'facts'> {
  readonly facts: Iterable<Fact> & { readonly length: number };
}

/** In one snapshot. A larger one is split by collector: each then has its own freshness too. */
export const mostFacts = 250_000;

export function isDigest(value: Fact['value']): value is { readonly digest: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length === 1 && 'digest' in value && typeof value.digest === 'string';
}
