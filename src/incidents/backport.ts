import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type BackportOffer, backportOf, placesOf } from '../domain/backports/offer.ts';
import type { Change } from '../domain/change.ts';
import { catalogWith } from '../timeline/aliases.ts';
import { readChanges } from './scope-changes.ts';
import type { SuspectDependencies } from './suspects.ts';

export interface OfferedBackport {
  readonly change: Change;
  readonly offer: BackportOffer;
}

type Dependencies = Pick<SuspectDependencies, 'db' | 'catalog' | 'releases' | 'hidden'>;

/** Those of these changes that production has and staging has not, with where to propose to bring them there. */
export async function backportsOf(
  dependencies: Dependencies,
  changeIds: readonly string[],
): Promise<readonly OfferedBackport[]> {
  const { db, releases } = dependencies;
  const catalog = await catalogWith(db, dependencies.catalog);
  const { mirrors } = releases;
  const found: OfferedBackport[] = [];
  for (const change of await readChanges(db, changeIds, catalog, dependencies.hidden ?? [])) {
    const { mirror } = placesOf(change, { mirrors, catalog });
    const there = mirror === null ? 'unknown' : await inMirror(db, change, mirror);
    if (there === 'there') continue;
    const offer = backportOf(change, { catalog, mirrors, skippedStaging: there === 'missing' });
    if (offer !== null) found.push({ change, offer });
  }
  return found;
}

/** `unknown`: nothing of the service is known to be deployed there, or no commit tells what the change is. */
async function inMirror(
  db: Kysely<Schema>,
  { service, repository, commit }: Change,
  mirror: string,
): Promise<'there' | 'missing' | 'unknown'> {
  if (service === null || repository === null || commit === null) return 'unknown';
  const { rows } = await sql<{ deployed: boolean; has_commit: boolean }>`
    select
      exists (
        select from changes where environment = ${mirror} and service = ${service} and kind in ('deploy', 'rollback')
          and at is not null and (status is null or status = 'succeeded')
      ) as deployed,
      exists (
        select from mentions join changes on changes.id = mentions.change_id
        where mentions.type = 'commit' and mentions.value = ${`${repository}@${commit}`} collate "C"
          and environment = ${mirror} and kind in ('deploy', 'rollback') and at is not null
          and (status is null or status = 'succeeded')
      ) as has_commit
  `.execute(db);
  const [found] = rows;
  if (found?.has_commit === true) return 'there';
  return found?.deployed === true ? 'missing' : 'unknown';
}
