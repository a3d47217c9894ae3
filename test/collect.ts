import { createHmac } from 'node:crypto';
import type { Collected, Collector } from '../src/collectors/collector.ts';
import type { Fact } from '../src/domain/facts/fact.ts';

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
  { options = {}, files = {}, service, key = 'key', signal = new AbortController().signal }: Given,
): Promise<Collected> {
  return collector.collect({
    files: Object.entries(files).map(([name, text]) => ({ name, read: async () => Buffer.from(text) })),
    options: new Map(Object.entries(options)),
    service: service ?? null,
    digest: key === null ? null : (secret) => createHmac('sha256', key).update(secret).digest('hex'),
    now: new Date('2026-11-20T14:00:00Z'),
    signal,
  });
}

/** Values by facet and key. Throws when a place has two. */
export function factsIn(result: Collected): Record<string, Fact['value']> {
  if (result.outcome === 'failed') throw new Error(result.reason);
  const facts = Object.fromEntries(result.facts.map(({ facet, key, value }) => [`${facet} ${key}`, value]));
  if (Object.keys(facts).length !== result.facts.length) throw new Error('a fact is there twice');
  return facts;
}
