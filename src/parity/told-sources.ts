import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { covers } from '../domain/comparison/covers.ts';
import type { GitOrigin } from '../git/run-git.ts';
import type { ToldSources } from './compare.ts';
import { dataRefreshedAt } from './data-refreshed.ts';
import { changesBetween } from './explaining-changes.ts';
import { flagStates } from './flag-states.ts';
import { compareVersions } from './versions.ts';

/** What the timeline itself tells of environments. `git` null: histories of versions are compared without repositories. */
export function toldSources(given: {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly git: GitOrigin | null;
}): ToldSources {
  return {
    covers,
    changesBetween: (window, limit) => changesBetween(given, window, limit),
    versions: (pair, services, at) => compareVersions(given, pair, services, at),
    flags: (environment, at) => flagStates(given.db, environment, at),
    dataRefreshedAt: (environment) => dataRefreshedAt(given.db, environment),
  };
}
