import type { Catalog } from '../domain/catalog.ts';
import { parseStoredChanges } from './generic-change.ts';
import { github } from './github.ts';
import type { Source } from './source.ts';

interface Entry {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly open: (secrets: readonly string[], context: { readonly catalog: Catalog }) => Source;
}

const entries: readonly Entry[] = [{ name: 'github', title: 'GitHub', open: github }];

/** Every source that this version can read, open or not. */
export const knownSources: readonly { readonly name: string; readonly title: string }[] = entries.map(
  ({ name, title }) => ({ name, title }),
);

/** The sources that have a secret, by name. `secrets` are those of each source by its name. */
export function openSources({
  secrets,
  catalog,
}: {
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  readonly catalog: Catalog;
}): ReadonlyMap<string, Source> {
  const opened = entries.flatMap(({ name, open }) => {
    const own = (secrets.get(name) ?? []).filter((secret) => secret !== '');
    return own.length === 0 ? [] : [[name, open(own, { catalog })] as const];
  });
  return new Map(opened);
}

/** What reads stored deliveries again: of every known source, open or not, and of the API. Verifies nothing. */
export function deliveryReaders(catalog: Catalog): ReadonlyMap<string, Pick<Source, 'parse'>> {
  const sources = entries.map(({ name, open }) => [name, open([], { catalog })] as const);
  return new Map<string, Pick<Source, 'parse'>>([...sources, ['api', { parse: parseStoredChanges }]]);
}
