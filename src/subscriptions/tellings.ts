import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { toldChanges } from './told-changes.ts';

/** One change, by a message of its own. */
export interface Telling {
  readonly changeId: string;
  /** What is told now: the change itself, or the one that tells it. */
  readonly change: Change;
  /** That one has a message of its own. */
  readonly toldElsewhere: boolean;
  /** Null: nobody was shown it yet. */
  readonly toldAt: Date | null;
  readonly failureTold: boolean;
  readonly revision: number;
}

/** At most so many at a time. */
export const mostMessages = 50;

interface TellingRow {
  readonly changeId: string;
  readonly shownId: string | null;
  readonly toldAt: Date | null;
  readonly failureTold: boolean;
  readonly revision: number;
  readonly toldElsewhere: boolean;
}

/** Those with messages of their own that Slack may not show as they are, oldest first. */
export async function unsettledTellings(
  { db, catalog: settings }: { readonly db: Kysely<Schema>; readonly catalog: Catalog },
  subscriptionId: string,
): Promise<readonly Telling[]> {
  const { rows } = await sql<TellingRow>`
    with recursive unsettled as (
      select change_id, told_at, found_at, failure_told, revision from subscription_tellings
      where subscription_id = ${subscriptionId}::bigint and not settled and summary_id is null
      order by found_at, change_id limit ${mostMessages}
    ), told as (
      select change_id, change_id as id, 0 as steps from unsettled
      union all
      select told.change_id, coalesce(merged_into, joined_to), steps + 1 from told join changes using (id)
      where coalesce(merged_into, joined_to) is not null and steps < 10
    )
    select unsettled.change_id as "changeId", told_at as "toldAt", failure_told as "failureTold", revision,
      shown.id as "shownId",
      shown.id <> unsettled.change_id and exists (
        select from subscription_tellings as other
        where other.subscription_id = ${subscriptionId}::bigint and other.change_id = shown.id
      ) as "toldElsewhere"
    from unsettled left join lateral (
      select id from told join changes using (id)
      where told.change_id = unsettled.change_id and at is not null order by steps desc limit 1
    ) as shown on true
    order by found_at, unsettled.change_id
  `.execute(db);
  const changes = await toldChanges(
    db,
    rows.flatMap(({ shownId }) => shownId ?? []),
    settings,
  );
  const gone = rows.filter(({ shownId }) => shownId === null || !changes.has(shownId));
  for (const row of gone) await settleTelling(db, subscriptionId, row);
  return rows.flatMap(({ shownId, toldElsewhere, ...row }) => {
    const change = changes.get(shownId ?? '');
    return change === undefined ? [] : [{ ...row, change, toldElsewhere: toldElsewhere ?? false }];
  });
}

/** Slack shows it as it was read, or never will. `shown`: what people see of it now. */
export async function settleTelling(
  db: Kysely<Schema>,
  subscriptionId: string,
  { changeId, revision }: Pick<Telling, 'changeId' | 'revision'>,
  shown: { readonly at: Date; readonly failureTold: boolean } | null = null,
): Promise<void> {
  await sql`
    update subscription_tellings set settled = revision = ${revision}::int,
      told_at = coalesce(told_at, ${shown?.at ?? null}::timestamptz),
      failure_told = failure_told or ${shown?.failureTold ?? false}
    where subscription_id = ${subscriptionId}::bigint and change_id = ${changeId}::bigint
  `.execute(db);
}

/** What another report has told there meanwhile needs no message of its own. */
export async function dropTelling(
  db: Kysely<Schema>,
  subscriptionId: string,
  { changeId }: Pick<Telling, 'changeId'>,
): Promise<void> {
  await db
    .deleteFrom('subscription_tellings')
    .where('subscription_id', '=', subscriptionId)
    .where('change_id', '=', changeId)
    .where('told_at', 'is', null)
    .execute();
}
