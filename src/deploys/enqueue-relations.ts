import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Folded } from '../domain/fold.ts';
import { type AnyJobRequest, enqueueMixed } from '../jobs/enqueue.ts';
import type { Touched } from '../timeline/record.ts';

/** Whether `enqueueRelations` has anything to do for a change that is now as this. */
export function isRelated({ at, kind }: Folded): boolean {
  return at !== null && (kind === 'deploy' || kind === 'rollback');
}

/** Has each deploy among these changes related to its neighbours, once the caller's transaction has committed. */
export async function enqueueRelations(trx: Kysely<Schema>, touched: readonly Touched[]): Promise<void> {
  await enqueueMixed(trx, relationJobs(touched));
}

/** The jobs that do so. */
export function relationJobs(touched: readonly Touched[]): readonly AnyJobRequest[] {
  return touched.filter(({ change }) => isRelated(change)).map(({ id }) => relationJob(id));
}

/** As `enqueueRelations`, of changes known to be deploys. */
export async function enqueueRelationsOf(trx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await enqueueMixed(trx, ids.map(relationJob));
}

function relationJob(changeId: string): AnyJobRequest {
  return { name: 'relate-deploy', payload: { changeId }, jobKey: `relate-deploy:${changeId}` };
}

/**
 * Has each deploy related anew whose version before it turns out to have run elsewhere, whose place is not known, or
 * that seems to go back (src/domain/rollback.ts decides) and is not said to, or the other way round.
 */
export async function enqueueMisplaced(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select deploy.id from changes as deploy left join changes as previous
      on previous.id = (deploy.relation ->> 'previousId')::bigint
    where deploy.kind in ('deploy', 'rollback') and deploy.at is not null and deploy.relation is not null and (
      deploy.environment is null or previous.environment is distinct from deploy.environment
      or previous.service is distinct from deploy.service
      or deploy.service is null and previous.repository is distinct from deploy.repository
    )
    union
    select id from (
      select id, relation, first < lag(first) over (partition by environment, service order by at, id) as back
      from (
        select id, at, environment, service, relation,
          min(at) over (partition by environment, service, commit) as first
        from changes
        where kind in ('deploy', 'rollback') and at is not null and environment is not null and commit is not null
          and (status is null or status = 'succeeded')
      ) as deploys
    ) as compared
    where coalesce(back, false) <> coalesce((relation ->> 'rollback')::boolean, false)
  `.execute(db);
  await enqueueRelationsOf(
    db,
    rows.map(({ id }) => id),
  );
}
