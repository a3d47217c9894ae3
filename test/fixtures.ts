import { readdirSync, readFileSync } from 'node:fs';
import type { Delivery, Parsed } from '../src/sources/reading/source.ts';
import { sourceDefinitions } from '../src/sources/registry.ts';

/** What a source sends, and what becomes of it. */
export interface Fixture {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: string;
  readonly body: unknown;
  readonly expected: Parsed;
}

export function fixturesOf(source: string): readonly Fixture[] {
  const folder = new URL(`fixtures/${source}/`, import.meta.url);
  return readdirSync(folder)
    .toSorted()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture);
}

export function deliveryOf(
  { headers, receivedAt, body }: Fixture,
  bytes = Buffer.from(JSON.stringify(body)),
): Delivery {
  return { headers, body: bytes, receivedAt: new Date(receivedAt) };
}

/** The fixtures of every source, by its name. */
export function allFixtures(): ReadonlyMap<string, readonly Fixture[]> {
  return new Map(sourceDefinitions.map(({ name }) => [name, fixturesOf(name)]));
}
