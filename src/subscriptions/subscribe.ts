import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { actAs } from '../database/act-as.ts';
import type { Schema } from '../database/schema.ts';
import { outsideText } from '../domain/outside-text.ts';
import { type SubscriptionFilter, plainFilter } from '../domain/subscriptions/subscription.ts';
import { enqueuePosts } from './jobs.ts';
import { resumeWhere } from './pause.ts';
import { type Subscription, forgetWaiting, subscriptionOf } from './subscription-rows.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
}

export type Subscribed =
  | { readonly outcome: 'subscribed' | 'already'; readonly subscription: Subscription }
  /** `why`: a sentence. */
  | { readonly outcome: 'refused'; readonly why: string };

const mostInChannel = 20;
const most = 1000;

/** From now on. One for each filter in a channel: whoever asks for it again gets the one that is there. */
export function subscribe(
  db: Kysely<Schema>,
  {
    channelId,
    filter: given,
    by,
  }: { readonly channelId: string; readonly filter: SubscriptionFilter; readonly by: Person },
  now: Date,
): Promise<Subscribed> {
  const filter = plainFilter(given);
  const key = createHash('sha256').update(JSON.stringify(filter)).digest();
  return db.transaction().execute(async (trx): Promise<Subscribed> => {
    await sql`select pg_advisory_xact_lock(hashtextextended('subscribe', 0))`.execute(trx);
    const there = await trx
      .selectFrom('subscriptions')
      .selectAll()
      .where('channel_id', '=', channelId)
      .where('filter_key', '=', key)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (there !== undefined && there.paused_at === null)
      return { outcome: 'already', subscription: subscriptionOf(there) };
    if (there !== undefined) {
      const [row = there] = await resumeWhere(trx, { id: there.id }, now);
      return { outcome: 'subscribed', subscription: subscriptionOf(row) };
    }
    const why = await fullness(trx, channelId);
    if (why !== null) return { outcome: 'refused', why };
    const row = await trx
      .insertInto('subscriptions')
      .values({
        channel_id: channelId,
        environments: [...filter.environments],
        services: [...filter.services],
        kinds: [...filter.kinds],
        statuses: [...filter.statuses],
        filter_key: key,
        made_by: by.id,
        made_by_name: nameOf(by),
        made_at: now,
        tells_from: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await enqueuePosts(trx, [row.id], now);
    return { outcome: 'subscribed', subscription: subscriptionOf(row) };
  });
}

async function fullness(db: Kysely<Schema>, channelId: string): Promise<string | null> {
  const { here, all } = await db
    .selectFrom('subscriptions')
    .select((eb) => [
      eb.fn.countAll<string>().as('all'),
      eb.fn.countAll<string>().filterWhere('channel_id', '=', channelId).as('here'),
    ])
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(here) >= mostInChannel) {
    return `There are ${mostInChannel} in that channel already, as many as one can hold: remove one first.`;
  }
  return Number(all) >= most ? `There are ${most} in all, as many as I keep: one has to be removed first.` : null;
}

/** Those of a channel that have not ended, oldest first. */
export async function subscriptionsIn(db: Kysely<Schema>, channelId: string): Promise<readonly Subscription[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('ended_at', 'is', null)
    .orderBy('id')
    .limit(mostInChannel)
    .execute();
  return rows.map(subscriptionOf);
}

/** Also one that has ended. */
export async function findSubscription(db: Kysely<Schema>, id: string): Promise<Subscription | null> {
  if (!/^\d{1,18}$/.test(id)) return null;
  const row = await db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : subscriptionOf(row);
}

/** Null: that channel has none such, or it had ended before. */
export function endSubscription(
  db: Kysely<Schema>,
  { id, channelId, by }: { readonly id: string; readonly channelId: string; readonly by: Person },
  now: Date,
): Promise<Subscription | null> {
  if (!/^\d{1,18}$/.test(id)) return Promise.resolve(null);
  return db.transaction().execute(async (trx) => {
    await actAs(trx, by.id);
    const row = await trx
      .updateTable('subscriptions')
      .set({ ended_at: now, ended_by_name: nameOf(by), notice_settled: false })
      .where('id', '=', id)
      .where('channel_id', '=', channelId)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return null;
    await forgetWaiting(trx, [id]);
    // What is under way is followed no more, and its message says so.
    await sql`
      update subscription_tellings set settled = false, revision = revision + 1 from changes
      where changes.id = change_id and subscription_id = ${id}::bigint and summary_id is null and told_at is not null
        and status = 'started' and told_at > ${now}::timestamptz - interval '7 days'
    `.execute(trx);
    await enqueuePosts(trx, [id], now);
    return subscriptionOf(row);
  });
}

/** Unless it has become another meanwhile. */
export async function settleNotice(db: Kysely<Schema>, { id, ended, tellsFrom }: Subscription): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ notice_settled: true })
    .where('id', '=', id)
    .where('tells_from', '=', tellsFrom)
    .where('ended_at', 'is not distinct from', ended?.at ?? null)
    .execute();
}

function nameOf({ id, name }: Person): string {
  return outsideText(name, 100) ?? id;
}
