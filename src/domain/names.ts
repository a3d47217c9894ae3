import type { Catalog, CatalogService } from './catalog.ts';
import type { Statement } from './event.ts';
import { type KnownNames, knownNames, meaningOf, plainName } from './known-names.ts';
import { pathMatcher } from './path-matcher.ts';

/** More words, or an environment of more words, are no name that people gave. */
const mostWords = 20;
const mostEnvironmentWords = 4;

type Named = Pick<Statement, 'environmentName' | 'serviceName' | 'repository' | 'paths' | 'kind' | 'title'>;

/** What a statement is about, in our words. */
export interface Names {
  readonly environment: string | null;
  readonly services: readonly string[];
}

/**
 * Our names for what a statement calls its environment, service and repository, whatever their case and separators. A
 * name that holds an environment beside a known service tells both: `Production – checkout`, `checkout-prod`. A
 * repository unknown to the settings is taken as one service of the same name; of a repository with several services
 * only those are named whose paths were touched. A flag that names no service is of those that evaluate it.
 */
export function namesOf(statement: Named, catalog: Catalog): Names {
  const known = knownNames(catalog);
  const place = environmentOf(statement.environmentName, known);
  const told = serviceOf(statement, catalog);
  const service = told.service ?? place.service;
  return {
    environment: place.environment ?? told.environment,
    services: service === null ? servicesOf(statement, catalog) : [service],
  };
}

interface Told {
  readonly environment: string | null;
  readonly service: string | null;
}

const nothing: Told = { environment: null, service: null };

function environmentOf(name: string | undefined, known: KnownNames): Told {
  if (name === undefined || name.trim() === '') return nothing;
  const environment = meaningOf(name, known.environments);
  if (environment !== null) return { environment, service: null };
  return environmentAndService(name, known, 'anywhere') ?? { environment: plainName(name), service: null };
}

function serviceOf({ serviceName: name, repository }: Named, catalog: Catalog): Told {
  if (name === undefined || name.trim() === '') return nothing;
  // It says no more than the repository does.
  if (name.trim().toLowerCase() === repository?.toLowerCase()) return nothing;
  const known = knownNames(catalog);
  const service = meaningOf(name, known.services) ?? serviceOfOwner(name, catalog);
  if (service !== null) return { environment: null, service };
  return environmentAndService(name, known, 'at an end') ?? { environment: null, service: plainName(name) };
}

/** `acme/checkout-api` is the service checkout-api, unless that one's repository belongs to somebody else. */
function serviceOfOwner(name: string, catalog: Catalog): string | null {
  const slash = name.lastIndexOf('/');
  if (slash === -1) return null;
  const owner = name.slice(0, slash).trim().toLowerCase();
  const service = meaningOf(name.slice(slash + 1), knownNames(catalog).services);
  const repository = catalog.services.find((each) => each.name === service)?.repository ?? null;
  return repository === null || repository.toLowerCase().startsWith(`${owner}/`) ? service : null;
}

/** Only when some words are an environment, all the others together a known service, and in one way: no guesses. */
function environmentAndService(
  name: string,
  { environments, services }: KnownNames,
  where: 'anywhere' | 'at an end',
): Told | null {
  const words = name.split(/[^\p{L}\p{N}.]+/u).filter((word) => word !== '');
  if (words.length > mostWords) return null;
  const found = new Map<string, Told>();
  for (let length = 1; length <= Math.min(mostEnvironmentWords, words.length - 1); length++) {
    for (let at = 0; at + length <= words.length; at++) {
      if (where === 'at an end' && at !== 0 && at + length !== words.length) continue;
      const environment = meaningOf(words.slice(at, at + length).join('-'), environments);
      if (environment === null) continue;
      const service = meaningOf([...words.slice(0, at), ...words.slice(at + length)].join('-'), services);
      if (service !== null) found.set(JSON.stringify([environment, service]), { environment, service });
    }
  }
  const [only, another] = found.values();
  return another === undefined ? (only ?? null) : null;
}

function servicesOf(statement: Named, catalog: Catalog): readonly string[] {
  const evaluating = servicesOfFlag(statement, catalog);
  return evaluating.length === 0 ? servicesOfRepository(statement, catalog) : evaluating;
}

/** What is said of a flag begins with its key: `new-ledger: rollout 20 % → 50 %`. */
function servicesOfFlag({ kind, title }: Named, { services }: Catalog): readonly string[] {
  const key = kind === 'flag' ? /^(\S+):(?:\s|$)/.exec(title ?? '')?.[1] : undefined;
  if (key === undefined) return [];
  return services
    .filter(({ flags = [] }) => pathMatcher(flags)(key))
    .map(({ name }) => name)
    .toSorted();
}

function servicesOfRepository({ repository, paths = [] }: Named, catalog: Catalog): readonly string[] {
  if (repository === undefined) return [];
  const { services, name } = inRepository(repository, catalog);
  const [only] = services;
  if (only === undefined) return [name];
  if (services.length === 1) return [only.name];
  return services
    .filter((each) => paths.some(pathMatcher(each.paths)))
    .map((each) => each.name)
    .toSorted();
}

interface InRepository {
  readonly services: readonly CatalogService[];
  /** What it is called when there are none. */
  readonly name: string;
}

/** Asked for with almost every event, of few repositories. */
const repositories = new WeakMap<Catalog, Map<string, InRepository>>();
const mostRepositories = 10_000;

function inRepository(repository: string, catalog: Catalog): InRepository {
  const known = repositories.get(catalog) ?? new Map<string, InRepository>();
  repositories.set(catalog, known);
  const before = known.get(repository);
  if (before !== undefined) return before;
  const services = catalog.services.filter((each) => each.repository?.toLowerCase() === repository.toLowerCase());
  const made = { services, name: serviceNamedAs(repository, catalog) };
  if (known.size >= mostRepositories) known.clear();
  known.set(repository, made);
  return made;
}

function serviceNamedAs(repository: string, catalog: Catalog): string {
  const { services } = knownNames(catalog);
  const own = repository.slice(repository.lastIndexOf('/') + 1);
  return meaningOf(repository, services) ?? meaningOf(own, services) ?? plainName(own);
}
