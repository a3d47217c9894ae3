import { type Kysely, type Selectable, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { SubscriptionSummaries } from '../database/subscription-tables.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { SummedUp } from '../domain/subscriptions/flood.ts';
import { toldChanges } from './told-changes.ts';

export interface Summary extends Pick<
  Selectable<SubscriptionSummaries>,
  'id' | 'late' | 'began_at' | 'last_at' | 'told_before' | 'failed_at_first' | 'failure_told' | 'revision'
> {
  /** Oldest first. */
  readonly changes: readonly (SummedUp & { readonly id: string; readonly at: Date })[];
  /** Of those that failed, the first few. */
  readonly failed: readonly Change[];
}

/** More are nothing that people read. */
const mostSummed = 20_000;
const mostSummaries = 20;
const mostFailed = 10;

export async function unsettledSummaries(
  { db, catalog }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  subscriptionId: string,
): Promise<readonly Summary[]> {
  const rows = await db
    .selectFrom('subscription_summaries')
    .select(['id', 'late', 'began_at', 'last_at', 'told_before', 'failed_at_first', 'failure_told', 'revision'])
    .where('subscription_id', '=', subscriptionId)
    .where('settled', '=', false)
    .orderBy('id')
    .limit(mostSummaries)
    .execute();
  const summaries: Summary[] = [];
  for (const row of rows) {
    const { rows: changes } = await sql<Summary['changes'][number]>`
      select changes.id, kind, status, services, at from subscription_tellings join changes on changes.id = change_id
      where summary_id = ${row.id}::bigint and at is not null order by at, changes.id limit ${mostSummed}
    `.execute(db);
    const ids = changes.filter(({ status }) => status === 'failed').map(({ id }) => id);
    const failed = await toldChanges(db, ids.slice(0, mostFailed), catalog);
    summaries.push({ ...row, changes, failed: ids.flatMap((id) => failed.get(id) ?? []) });
  }
  return summaries;
}

/** Unless something came to it meanwhile. */
export async function settleSummary(
  db: Kysely<Schema>,
  { id, changes, failed_at_first: failedAtFirst, revision }: Summary,
  failureTold: boolean,
): Promise<void> {
  const failed = changes.filter(({ status }) => status === 'failed').length;
  await db
    .updateTable('subscription_summaries')
    .set((eb) => ({
      settled: eb('revision', '=', revision).$castTo<boolean>(),
      failed_at_first: failedAtFirst ?? failed,
      failure_told: failureTold,
    }))
    .where('id', '=', id)
    .execute();
}
