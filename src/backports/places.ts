import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Change } from '../domain/change.ts';
import { isReleaseBranch } from '../domain/release-branch.ts';
import { containedIn } from '../git/reached.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { type BackportDependencies, type Place, branchOf } from './place.ts';
import type { Sides } from './sides.ts';

/** `branch`: the settings name the branch for the reference; `name`: it is named as people name what they deploy. */
export interface PlaceOfChange extends Place {
  readonly by: 'deploy' | 'branch' | 'name';
}

/** The places in which a change adds something to the reference, or will. */
export async function placesOf(
  { db, catalog, mirrors }: BackportDependencies,
  change: Change,
  repository: string,
): Promise<readonly PlaceOfChange[]> {
  const { kind, environment, service, services, status, branch } = change;
  const isDone = status === null || status === 'succeeded';
  if (kind === 'deploy' || kind === 'rollback') {
    if (environment === null || !isDone) return [];
    const to = (mirror: string) => ({ repository, service, reference: environment, mirror, by: 'deploy' as const });
    return (mirrors.get(environment) ?? []).map(to);
  }
  if (kind !== 'merge' || branch === null) return [];
  const places: PlaceOfChange[] = [];
  for (const [reference, others] of mirrors) {
    const all = (among: readonly (string | null)[], by: PlaceOfChange['by']) =>
      among.flatMap((each) =>
        others
          .map((mirror): PlaceOfChange => ({ repository, service: each, reference, mirror, by }))
          .filter((place) => branchOf(catalog, place, place.mirror) !== branch),
      );
    const [named, unnamed] = [services.filter(isNamed), services.filter((each) => !isNamed(each))];
    places.push(...all(named, 'branch'));
    if (isReleaseBranch(branch) && (named.length === 0 || unnamed.length > 0)) {
      places.push(...all(await deployedOf(db, { repository, reference, services: unnamed }), 'name'));
    }
    function isNamed(each: string): boolean {
      return branchOf(catalog, { service: each, repository }, reference) === branch;
    }
  }
  return places;
}

const mostServices = 20;

/**
 * Which of a repository's services run in an environment: those that the change names, else the one there is. Of several
 * of which none is named, it may be any one's: null.
 */
async function deployedOf(
  db: Kysely<Schema>,
  {
    repository,
    reference,
    services,
  }: Pick<Place, 'repository' | 'reference'> & { readonly services: readonly string[] },
): Promise<readonly (string | null)[]> {
  const { rows } = await sql<{ service: string | null }>`
    select distinct service from changes
    where environment = ${reference} and kind in ('deploy', 'rollback') and at is not null
      and lower(repository) = lower(${repository}) and commit ~ '^[0-9a-f]{40}$'
    order by service limit ${mostServices}
  `.execute(db);
  const known = rows.map(({ service }) => service);
  const named = known.filter((service) => service !== null && services.includes(service));
  if (named.length > 0) return named;
  return known.length > 1 ? [null] : known;
}

/** The mirror runs this branch itself, as a candidate for release: it will have what is merged there by its next deploy. */
export async function mirrorFollows(
  { db, catalog }: Pick<BackportDependencies, 'db' | 'catalog'>,
  { repository, service, mirror }: Place,
  { origin, gitDir, beside }: Sides,
  { branch, commit }: Change & { readonly commit: string },
): Promise<boolean> {
  if (beside !== null) {
    const within = await containedIn(origin, gitDir, commit, [beside]);
    if (!('error' in within) && within.has(beside)) return true;
  }
  const row = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', '=', mirror)
    .where(sql<boolean>`service is not distinct from ${service}`)
    .where('kind', 'in', ['deploy', 'rollback'])
    .where('at', 'is not', null)
    .where(sql<boolean>`(status is null or status = 'succeeded')`)
    .where(sql<boolean>`lower(repository) = lower(${repository})`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined && branch !== null && changeOfRow(row, catalog).branch === branch;
}
