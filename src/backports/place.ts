import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { namesOf } from './repository-names.ts';

export interface BackportDependencies {
  readonly db: Kysely<Schema>;
  /** Of the settings. */
  readonly catalog: Catalog;
  /** Null: no repository can be read. */
  readonly git: GitOrigin | null;
  /** By environment, those that should have what it has. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /** Services of whose incidents nothing is told with what is of others; absent: none. */
  readonly untold?: readonly string[];
  readonly now: () => Date;
}

/** One service in an environment and in the one that should have what it has there. */
export interface Place {
  /** `<owner>/<name>`. */
  readonly repository: string;
  readonly service: string | null;
  readonly reference: string;
  readonly mirror: string;
}

/** What the settings say that an environment runs of a service; null: nothing. */
export function branchOf(
  catalog: Catalog,
  { service, repository }: Pick<Place, 'service' | 'repository'>,
  environment: string,
): string | null {
  const found =
    catalog.services.find(({ name }) => name === service) ??
    (service === null ? catalog.services.find((each) => isOf(each.repository, repository)) : undefined);
  return found?.branches[environment] ?? null;
}

function isOf(one: string | null, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

export interface Running {
  readonly id: string;
  readonly commit: string;
  readonly at: Date;
}

/**
 * What an environment runs of a service: its last good deploy; with `before`, the last one before that deploy took
 * effect. Null: none is known whose commit is.
 */
export async function runningIn(
  db: Kysely<Schema>,
  { service, repository }: Pick<Place, 'service' | 'repository'>,
  environment: string,
  before: Pick<Running, 'id' | 'at'> | null = null,
): Promise<Running | null> {
  const earlier = before === null ? sql`true` : sql`(at, id) < (${before.at}::timestamptz, ${before.id}::bigint)`;
  const { rows } = await sql<Running>`
    select id, commit, at from changes
    where environment = ${environment} and service is not distinct from ${service} and kind in ('deploy', 'rollback')
      and at is not null and (status is null or status = 'succeeded')
      and commit ~ '^[0-9a-f]{40}$' and lower(repository) in ${namesOf(repository)} and ${earlier}
    order by at desc, id desc limit 1
  `.execute(db);
  return rows[0] ?? null;
}
