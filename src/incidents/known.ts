import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type KnownNames, knownNames } from '../domain/known-names.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { learntNames } from '../timeline/learnt-names.ts';

const bare = { aliases: [], repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };

/** Every name that means something: of the settings, of people's aliases, and those that the timeline has seen. */
export async function everyKnownName(db: Kysely<Schema>, settings: Catalog): Promise<KnownNames> {
  const [catalog, learnt] = await Promise.all([catalogWith(db, settings), learntNames(db)]);
  const settled = knownNames(catalog);
  const services = learnt.services.filter((name) => !settled.services.exact.has(name));
  const environments = learnt.environments.filter((name) => !catalog.environments.has(name));
  return knownNames({
    ...catalog,
    services: [...catalog.services, ...services.map((name) => ({ ...bare, name }))],
    environments: new Map([...environments.map((name) => [name, name] as const), ...catalog.environments]),
  });
}
