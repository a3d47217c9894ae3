import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { PullRequest } from '../domain/event.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

/** The pull requests that brought these commits, by commit, as far as the timeline knows. */
export async function pullRequestsOf(
  db: Kysely<Schema>,
  catalog: Catalog,
  repository: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, PullRequest>> {
  const found = new Map<string, PullRequest>();
  if (commits.length === 0) return found;
  // Each by its own range of an index. A commit that is merged into a second branch is known there by both names:
  // `<repository>@<commit>#<branch>`.
  const { rows: ids } = await sql<{ id: string }>`
    select distinct change_id as id from unnest(${commits}::text[]) as given (commit) cross join lateral (
      select change_id from identities
      where type in ('commit', 'branch-commit')
        and value >= (${`${repository}@`} || given.commit) collate "C"
        and value < (${`${repository}@`} || given.commit || '$') collate "C"
      limit 10
    ) as known
  `.execute(db);
  if (ids.length === 0) return found;
  const rows = await db
    .selectFrom('changes')
    .select([...changeColumns, 'changes.commit'])
    .where(sql<boolean>`id = any(${ids.map(({ id }) => id)}::bigint[])`)
    .where('at', 'is not', null)
    .execute();
  for (const row of rows) {
    const { pullRequest } = changeOfRow(row, catalog);
    if (row.commit !== null && pullRequest !== null) found.set(row.commit, pullRequest);
  }
  return found;
}

/** The incident that was open then for this service, in this environment: the one that began last. Not a private one. */
export async function incidentOpenAt(
  db: Kysely<Schema>,
  { service, environment, at }: { readonly service: string | null; readonly environment: string; readonly at: Date },
): Promise<string | null> {
  const services = service === null ? [] : [service];
  const { rows } = await sql<{ id: string }>`
    select id from incidents
    where started_at <= ${at} and (resolved_at is null or resolved_at >= ${at}) and merged_into is null and not private
      and (environment is null or environment = ${environment})
      and (services && ${services}::text[] or services = '{}' or ${service}::text is null)
    order by services && ${services}::text[] desc, started_at desc, id desc limit 1
  `.execute(db);
  return rows[0]?.id ?? null;
}
