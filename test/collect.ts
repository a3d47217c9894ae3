import type { Collected, Collector } from '../src/collectors/collector.ts';
import { digestWith } from '../src/collectors/secret-facts.ts';
import type { Fact } from '../src/domain/facts/fact.ts';
import { hmacKey, inputOf } from './collecting.ts';

interface Given {
  readonly options?: Readonly<Record<string, string>>;
  /** Contents by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly service?: string;
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

/** Runs a collector as the command line does. */
export function collect(
  collector: Collector,
  { options = {}, files = {}, service, key = hmacKey, signal = new AbortController().signal }: Given,
): Promise<Collected> {
  const given = {
    options: new Map(Object.entries(options)),
    service: service ?? null,
    digest: digestWith(key),
    signal,
  };
  return collector.collect(inputOf(files, given));
}

/** Values by facet and key. Throws when a place has two. */
export function factsIn(result: Collected): Record<string, Fact['value']> {
  if (result.outcome === 'failed') throw new Error(result.reason);
  const facts = Object.fromEntries(result.facts.map(({ facet, key, value }) => [`${facet} ${key}`, value]));
  if (Object.keys(facts).length !== result.facts.length) throw new Error('a fact is there twice');
  return facts;
}
