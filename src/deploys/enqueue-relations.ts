import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { enqueueAll } from '../jobs/enqueue.ts';
import type { Touched } from '../timeline/record.ts';

/** Has each deploy among these changes related to its neighbours, once the caller's transaction has committed. */
export async function enqueueRelations(trx: Kysely<Schema>, touched: readonly Touched[]): Promise<void> {
  const deploys = touched.filter(
    ({ change }) => change.at !== null && (change.kind === 'deploy' || change.kind === 'rollback'),
  );
  await enqueueRelationsOf(
    trx,
    deploys.map(({ id }) => id),
  );
}

/** As `enqueueRelations`, of changes known to be deploys. */
export async function enqueueRelationsOf(trx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await enqueueAll(
    trx,
    'relate-deploy',
    ids.map((id) => ({ payload: { changeId: id }, jobKey: `relate-deploy:${id}` })),
  );
}
