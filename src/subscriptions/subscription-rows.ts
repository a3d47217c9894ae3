import type { Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Subscriptions } from '../database/subscription-tables.ts';
import type { SubscriptionFilter } from '../domain/subscriptions/subscription.ts';

export interface Subscription extends SubscriptionFilter {
  readonly id: string;
  readonly channelId: string;
  /** A member id of Slack, and how that person was called then. */
  readonly madeBy: string;
  readonly madeByName: string;
  readonly madeAt: Date;
  /** What took effect before is history. */
  readonly tellsFrom: Date;
  /** Its channel takes no messages. */
  readonly paused: { readonly at: Date; readonly why: string } | null;
  readonly ended: { readonly at: Date; readonly byName: string } | null;
  /** Slack shows in the channel that it is there, as it is. */
  readonly noticeSettled: boolean;
}

export function subscriptionOf(row: Selectable<Subscriptions>): Subscription {
  return {
    id: row.id,
    channelId: row.channel_id,
    environments: row.environments,
    services: row.services,
    kinds: row.kinds,
    statuses: row.statuses,
    madeBy: row.made_by,
    madeByName: row.made_by_name,
    madeAt: row.made_at,
    tellsFrom: row.tells_from,
    paused: row.paused_at === null ? null : { at: row.paused_at, why: row.paused_why ?? '' },
    ended: row.ended_at === null ? null : { at: row.ended_at, byName: row.ended_by_name ?? '' },
    noticeSettled: row.notice_settled,
  };
}

/** What nobody was shown yet. */
export async function forgetWaiting(trx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .deleteFrom('subscription_tellings')
    .where('subscription_id', 'in', [...ids])
    .where('told_at', 'is', null)
    .execute();
}
