import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { floodWindow, planTellings } from '../domain/subscriptions/flood.ts';

/** The others wait for the next time. */
const mostWaiting = 5000;

/**
 * Decides how what is new is told, as long as nobody was shown it: what waits for Slack may become part of a summary. One
 * at a time for a subscription.
 */
export function planNews(db: Kysely<Schema>, subscriptionId: string, now: Date): Promise<void> {
  return db.transaction().execute(async (trx) => {
    // What may be in Slack already, though it never told us, stays a message of its own.
    const { rows: waiting } = await sql<{ changeId: string; at: Date; foundAt: Date }>`
      select change_id as "changeId", coalesce(at, occurred_at) as at, found_at as "foundAt"
      from subscription_tellings join changes on changes.id = change_id
      where subscription_id = ${subscriptionId}::bigint and told_at is null and not settled and summary_id is null
        and not exists (
          select from slack_posts
          where key = 'subscription:' || ${subscriptionId} || ':' || change_id
            and (ts is not null or attempted_at is not null or refused is not null)
        )
      order by found_at, change_id limit ${mostWaiting}
    `.execute(trx);
    if (waiting.length === 0) return;
    const { rows } = await sql<{ recent: number }>`
      select count(*)::int as recent from subscription_tellings
      where subscription_id = ${subscriptionId}::bigint and told_at > ${new Date(now.getTime() - floodWindow)}
    `.execute(trx);
    const last = await trx
      .selectFrom('subscription_summaries')
      .select(['id', 'last_at as lastAt'])
      .where('subscription_id', '=', subscriptionId)
      .where('late', '=', false)
      .orderBy('last_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    const recent = rows[0]?.recent ?? 0;
    const plan = planTellings({ waiting, recent, last: last ?? null, now });
    if (plan.late.length > 0)
      await sumUp(trx, { subscriptionId, late: true, into: null, changeIds: plan.late, recent: 0 }, now);
    if (plan.flood.length === 0) return;
    await sumUp(trx, { subscriptionId, late: false, into: plan.into, changeIds: plan.flood, recent }, now);
  });
}

interface SumUp {
  readonly subscriptionId: string;
  readonly late: boolean;
  /** Null: a new one. */
  readonly into: string | null;
  readonly changeIds: readonly string[];
  readonly recent: number;
}

async function sumUp(
  trx: Kysely<Schema>,
  { subscriptionId, late, into, changeIds, recent }: SumUp,
  now: Date,
): Promise<void> {
  const { id } =
    into === null
      ? await trx
          .insertInto('subscription_summaries')
          .values({ subscription_id: subscriptionId, late, began_at: now, last_at: now, told_before: recent })
          .returning('id')
          .executeTakeFirstOrThrow()
      : { id: into };
  await trx
    .updateTable('subscription_summaries')
    .set((eb) => ({ last_at: now, settled: false, revision: eb('revision', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await sql`
    update subscription_tellings set summary_id = ${id}::bigint, told_at = ${now}, settled = true
    where subscription_id = ${subscriptionId}::bigint and change_id = any(${[...changeIds]}::bigint[])
  `.execute(trx);
}
