import type { Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Subscriptions } from '../database/subscription-tables.ts';
import { outsideText } from '../domain/outside-text.ts';
import { enqueuePosts } from './jobs.ts';
import { type Subscription, forgetWaiting, subscriptionOf } from './subscription-rows.ts';

/** All of a channel that takes no messages any more. What waits to be told there is forgotten. */
export function pauseChannel(db: Kysely<Schema>, channelId: string, why: string, now: Date): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('subscriptions')
      .set({ paused_at: now, paused_why: outsideText(why, 200) ?? 'it takes no messages', maker_told_at: null })
      .where('channel_id', '=', channelId)
      .where('ended_at', 'is', null)
      .where('paused_at', 'is', null)
      .returning('id')
      .execute();
    const ids = rows.map(({ id }) => id);
    await forgetWaiting(trx, ids);
    await enqueuePosts(trx, ids, now);
    return ids.length;
  });
}

export async function isPausedIn(db: Kysely<Schema>, channelId: string): Promise<boolean> {
  const row = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('channel_id', '=', channelId)
    .where('ended_at', 'is', null)
    .where('paused_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The channel takes messages again: from now on they are told there. */
export function resumeChannel(db: Kysely<Schema>, channelId: string, now: Date): Promise<number> {
  return db.transaction().execute(async (trx) => (await resumeWhere(trx, { channelId }, now)).length);
}

export async function resumeWhere(
  trx: Kysely<Schema>,
  which: { readonly id: string } | { readonly channelId: string },
  now: Date,
): Promise<readonly Selectable<Subscriptions>[]> {
  const rows = await trx
    .updateTable('subscriptions')
    .set({ paused_at: null, paused_why: null, tells_from: now, notice_settled: false })
    .where('ended_at', 'is', null)
    .where('paused_at', 'is not', null)
    .$if('id' in which, (query) => query.where('id', '=', 'id' in which ? which.id : ''))
    .$if('channelId' in which, (query) => query.where('channel_id', '=', 'channelId' in which ? which.channelId : ''))
    .returningAll()
    .execute();
  await enqueuePosts(
    trx,
    rows.map(({ id }) => id),
    now,
  );
  return rows;
}

/**
 * Those that one person made in the same channel and that were paused with this one, if nobody has told that person yet.
 * Whoever gets them has to tell: it is claimed before Slack is asked, so that nobody is told twice.
 */
export async function claimPauseToTell(
  db: Kysely<Schema>,
  { channelId, madeBy }: Pick<Subscription, 'channelId' | 'madeBy'>,
  now: Date,
): Promise<readonly Subscription[]> {
  const rows = await db
    .updateTable('subscriptions')
    .set({ maker_told_at: now })
    .where('channel_id', '=', channelId)
    .where('made_by', '=', madeBy)
    .where('ended_at', 'is', null)
    .where('paused_at', 'is not', null)
    .where('maker_told_at', 'is', null)
    .returningAll()
    .execute();
  return rows.map(subscriptionOf);
}

/** Slack surely did not take it: it may be told later. */
export async function unclaimPauseToTell(db: Kysely<Schema>, subscriptions: readonly Subscription[]): Promise<void> {
  if (subscriptions.length === 0) return;
  await db
    .updateTable('subscriptions')
    .set({ maker_told_at: null })
    .where(
      'id',
      'in',
      subscriptions.map(({ id }) => id),
    )
    .execute();
}
