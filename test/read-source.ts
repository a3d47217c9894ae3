import type { Catalog } from '../src/domain/catalog.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { openSource } from '../src/sources/reading/open.ts';
import type { Parsed, ReadDelivery, SourceDefinition } from '../src/sources/reading/source.ts';

export interface ReadOptions {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly receivedAt?: Date;
  readonly catalog?: Catalog;
}

export const emptyCatalog: Catalog = { environments: new Map(), services: [], configPaths: [] };

/** A delivery of a source, through all that every delivery goes through but the proof. Texts and bytes go as they are. */
export function readDelivery(definition: SourceDefinition, body: unknown, options: ReadOptions = {}): ReadDelivery {
  const source = openSource(definition, {
    secrets: [],
    catalog: options.catalog ?? emptyCatalog,
    conceal: concealWith('the-key-of-digests'),
  });
  return source.read({
    headers: options.headers ?? {},
    body: typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
    receivedAt: options.receivedAt ?? new Date('2026-11-20T15:00:00.000Z'),
  });
}

export function readSource(definition: SourceDefinition, body: unknown, options: ReadOptions = {}): Parsed {
  return readDelivery(definition, body, options).parsed;
}
