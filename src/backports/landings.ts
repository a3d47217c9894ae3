import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Backport, weakest } from '../domain/backports/backport.ts';
import type { Catalog } from '../domain/catalog.ts';
import { personName } from '../domain/change-words.ts';
import { pullRequestsOf } from './known-pulls.ts';

/** How what is in the mirror came there. */
export interface Landing {
  readonly pullRequest: number;
  readonly url: string | null;
  /** Who merged it. */
  readonly by: string | null;
}

/** Of those that have landed, the pull request that brought what proves it, by id, as far as the timeline knows. */
export async function landingsOf(
  { db, catalog }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  backports: readonly Backport[],
): Promise<ReadonlyMap<string, Landing>> {
  const landed = backports.flatMap(({ id, state, repository, commits }) => {
    const by = weakest(commits)?.evidence.by ?? null;
    return (state === 'landed' || state === 'live') && repository !== null && by !== null
      ? [{ id, repository, by }]
      : [];
  });
  const landings = new Map<string, Landing>();
  for (const [repository, each] of Map.groupBy(landed, (one) => one.repository)) {
    const pulls = await pullRequestsOf(
      db,
      catalog,
      repository,
      each.map(({ by }) => by),
    );
    for (const { id, by } of each) {
      const pull = pulls.get(by);
      if (pull === undefined) continue;
      landings.set(id, { pullRequest: pull.number, url: pull.url ?? null, by: personName(pull.mergedBy) });
    }
  }
  return landings;
}
