import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Kind, Status } from '../domain/change.ts';
import { isNewsTo } from '../domain/subscriptions/subscription.ts';
import { type Viewer, isHidden } from '../domain/viewer.ts';
import { enqueuePosts } from './jobs.ts';
import { type Subscription, subscriptionOf } from './subscription-rows.ts';

/** What was told longer ago is left as it is. */
const followed = '7 days';
const mostSubscriptions = 2000;

/**
 * Remembers which subscriptions tell these changes, and which messages may not be true any more; each change once for
 * each subscription, whoever else remembers it. `news`: false when nothing new happened to them.
 */
export async function noteChanges(
  db: Kysely<Schema>,
  { changeIds, news }: { readonly changeIds: readonly string[]; readonly news: boolean },
  /** `viewer`: whoever reads a channel. */
  { now, viewer }: { readonly now: Date; readonly viewer: Viewer },
): Promise<void> {
  const rows = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('paused_at', 'is', null)
    .orderBy('id')
    .limit(mostSubscriptions)
    .execute();
  if (rows.length === 0) return;
  const shown = (await shownFor(db, changeIds)).filter(({ services }) => !isHidden(viewer, services));
  await db.transaction().execute(async (trx) => {
    const altered = await unsettle(trx, [...new Set([...changeIds, ...shown.map(({ id }) => id)])], now);
    const found = news ? await addTellings(trx, newsOf(rows.map(subscriptionOf), shown, now), now) : [];
    await enqueuePosts(trx, [...new Set([...altered, ...found])], now);
  });
}

interface ShownRow {
  readonly id: string;
  readonly kind: Kind;
  readonly status: Status | null;
  readonly environment: string | null;
  readonly services: string[];
  readonly at: Date;
  readonly recordedAt: Date;
}

/** These changes, or what tells them. */
async function shownFor(db: Kysely<Schema>, changeIds: readonly string[]): Promise<readonly ShownRow[]> {
  const { rows } = await sql<ShownRow>`
    with recursive told as (
      select id, coalesce(merged_into, joined_to) as next, 0 as steps from changes where id = any(${[...changeIds]}::bigint[])
      union
      select changes.id, coalesce(merged_into, joined_to), steps + 1 from told join changes on changes.id = told.next
      where steps < 10
    )
    select id, kind, status, environment, services, at, recorded_at as "recordedAt" from changes
    where id in (select id from told) and at is not null
    order by at, id
  `.execute(db);
  return rows;
}

interface Found {
  readonly subscription_id: string;
  readonly change_id: string;
}

function newsOf(subscriptions: readonly Subscription[], changes: readonly ShownRow[], now: Date): readonly Found[] {
  return subscriptions.flatMap((subscription) =>
    changes
      .filter((change) => isNewsTo(change, subscription, now))
      .map(({ id }) => ({ subscription_id: subscription.id, change_id: id })),
  );
}

/** Whose subscriptions have something new to tell. Nothing that another report of the same change has told there. */
async function addTellings(trx: Kysely<Schema>, found: readonly Found[], now: Date): Promise<readonly string[]> {
  if (found.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    insert into subscription_tellings (subscription_id, change_id, found_at)
    select given.subscription_id, given.change_id, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as given (subscription_id bigint, change_id bigint)
    where not exists (
      select from (
        select id from changes where joined_to = given.change_id
        union all select id from changes where merged_into = given.change_id
      ) as report join subscription_tellings as told on told.change_id = report.id
      where told.subscription_id = given.subscription_id
    )
    order by given.subscription_id, given.change_id
    on conflict do nothing
    returning subscription_id as id
  `.execute(trx);
  return rows.map(({ id }) => id);
}

/** What was told of these changes, or of reports that they tell now. */
async function unsettle(trx: Kysely<Schema>, ids: readonly string[], now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; summary: string | null }>`
    update subscription_tellings as told set settled = false, revision = revision + 1
    from subscriptions
    where subscriptions.id = told.subscription_id and ended_at is null and paused_at is null
      and told_at > ${now}::timestamptz - ${followed}::interval
      and (change_id = any(${[...ids]}::bigint[]) or change_id in (
        select id from changes where joined_to = any(${[...ids]}::bigint[])
        union all select id from changes where merged_into = any(${[...ids]}::bigint[])
      ))
    returning told.subscription_id as id, summary_id as summary
  `.execute(trx);
  const summaries = rows.flatMap(({ summary }) => summary ?? []);
  if (summaries.length > 0) {
    await trx
      .updateTable('subscription_summaries')
      .set((eb) => ({ settled: false, revision: eb('revision', '+', 1) }))
      .where('id', 'in', summaries)
      .execute();
  }
  return rows.map(({ id }) => id);
}
