import type { Catalog, CatalogService } from './catalog.ts';
import { knownNames } from './known-names.ts';

/** What a name may be a name of. */
export type Nameable = 'service' | 'environment';

/** Something that people have said about a name: `alias` (as `plainName` writes it) is the service or environment `name`. */
export interface Alias {
  readonly what: Nameable;
  readonly alias: string;
  readonly name: string;
}

const extended = new WeakMap<Catalog, { readonly aliases: string; readonly catalog: Catalog }>();

/** The catalog of the settings with what people have said besides. What the settings say about a name stands. */
export function withAliases(settings: Catalog, aliases: readonly Alias[]): Catalog {
  if (aliases.length === 0) return settings;
  // Aliases are read for every batch and seldom change: what was made of the same ones is used again.
  const written = JSON.stringify(aliases.map(({ what, alias, name }) => [what, alias, name]));
  const before = extended.get(settings);
  if (before?.aliases === written) return before.catalog;
  const catalog = extend(settings, aliases);
  extended.set(settings, { aliases: written, catalog });
  return catalog;
}

function extend(settings: Catalog, aliases: readonly Alias[]): Catalog {
  const { services: settled } = knownNames(settings);
  const environments = new Map(settings.environments);
  const added = new Map<string, string[]>();
  for (const { what, alias, name } of aliases) {
    if (what === 'environment') {
      for (const each of [alias, name]) if (!environments.has(each)) environments.set(each, name);
    } else if (!settled.exact.has(alias)) added.set(name, [...(added.get(name) ?? []), alias]);
  }
  const services = settings.services.map((service) => {
    const own = added.get(service.name);
    return own === undefined ? service : { ...service, aliases: [...service.aliases, ...own] };
  });
  const named = new Set(settings.services.map(({ name }) => name));
  const more = [...added].filter(([name]) => !named.has(name)).map(([name, own]) => serviceOf(name, own));
  return { ...settings, environments, services: [...services, ...more] };
}

function serviceOf(name: string, aliases: readonly string[]): CatalogService {
  return {
    name,
    aliases,
    repository: null,
    paths: [],
    configPaths: null,
    branches: {},
    dependsOn: [],
    owners: [],
  };
}
