import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Collected, CollectorInput } from '../src/collectors/collector.ts';
import { digestWith } from '../src/collectors/secret-facts.ts';
import { type Fact, isDigest } from '../src/domain/facts/fact.ts';

export const hmacKey = 'a-key-for-tests';
export const digest = (secret: string): string => digestWith(hmacKey)?.(secret) ?? '';

/** Texts by the names of their files. */
export function inputOf(
  texts: Readonly<Record<string, string>>,
  given: Partial<Omit<CollectorInput, 'files'>> = {},
): CollectorInput {
  return {
    files: Object.entries(texts).map(([name, text]) => ({ name, read: async () => Buffer.from(text) })),
    options: new Map(),
    service: null,
    digest,
    now: new Date('2026-11-27T10:00:00Z'),
    signal: new AbortController().signal,
    ...given,
  };
}

export function recorded(path: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures/collectors', path), 'utf8');
}

export function factsOf(collected: Collected): readonly Fact[] {
  if (collected.outcome === 'failed') throw new Error(collected.reason);
  return collected.facts;
}

/** `service facet key` with the value; of a secret `‹digest›`. */
export function told(facts: readonly Fact[]): Readonly<Record<string, unknown>> {
  const entries = facts.map(({ service, facet, key, value }) => {
    return [`${service ?? '-'} ${facet} ${key}`, isDigest(value) ? '‹digest›' : value];
  });
  return Object.fromEntries(entries);
}
