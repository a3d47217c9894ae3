import picomatch from 'picomatch';
import type { Catalog, CatalogService } from './catalog.ts';
import type { Statement } from './event.ts';

const nameLimit = 200;

type Named = Pick<Statement, 'environmentName' | 'serviceName' | 'repository' | 'paths'>;

/** What a statement is about, in our words. */
export interface Names {
  readonly environment: string | null;
  readonly services: readonly string[];
}

/**
 * Our names for what a statement calls its environment, service and repository. An environment name that also names a
 * service (`Production – checkout`) tells both. A repository unknown to the settings is taken as one service of the
 * same name; of a repository with several services only those are named whose paths were touched.
 */
export function namesOf(statement: Named, catalog: Catalog): Names {
  const told = environmentOf(statement.environmentName, catalog);
  const named = statement.serviceName ?? told.service;
  return {
    environment: told.environment,
    services:
      named === null || named === undefined ? servicesOfRepository(statement, catalog) : [serviceOf(named, catalog)],
  };
}

function environmentOf(
  name: string | undefined,
  catalog: Catalog,
): { environment: string | null; service: string | null } {
  const given = name === undefined ? '' : plain(name);
  if (given === '') return { environment: null, service: null };
  const words = given.split(/[^\p{L}\p{N}.]+/u).filter((word) => word !== '');
  const known = catalog.environments.get(given) ?? catalog.environments.get(words.join(''));
  if (known !== undefined) return { environment: known, service: null };
  const split = words.length === 1 ? null : environmentAndService(words, catalog);
  return split ?? { environment: given, service: null };
}

/** Only when one word is an environment and all the others together are a known service: anything else is a guess. */
function environmentAndService(words: readonly string[], catalog: Catalog) {
  const at = words.findIndex((word) => catalog.environments.has(word));
  const environment = catalog.environments.get(words[at] ?? '');
  if (environment === undefined) return null;
  const rest = words.filter((_, index) => index !== at).join('-');
  const service = catalog.services.find((each) => answersTo(each, rest));
  return service === undefined ? null : { environment, service: service.name };
}

function serviceOf(name: string, catalog: Catalog): string {
  const given = plain(name);
  return catalog.services.find((each) => answersTo(each, given))?.name ?? given;
}

function answersTo(service: CatalogService, name: string): boolean {
  return service.name.toLowerCase() === name || service.aliases.some((alias) => alias.toLowerCase() === name);
}

function servicesOfRepository(statement: Named, catalog: Catalog): readonly string[] {
  const repository = statement.repository;
  if (repository === undefined) return [];
  const candidates = catalog.services.filter((each) => each.repository?.toLowerCase() === repository.toLowerCase());
  if (candidates.length === 0) return [plain(repository.slice(repository.lastIndexOf('/') + 1))];
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return [only.name];
  const paths = statement.paths ?? [];
  return candidates
    .filter((each) => {
      if (each.paths.length === 0) return false;
      const within = picomatch([...each.paths], { dot: true });
      return paths.some((path) => within(path));
    })
    .map((each) => each.name)
    .toSorted();
}

function plain(name: string): string {
  return [...name.trim().toLowerCase()].slice(0, nameLimit).join('');
}
