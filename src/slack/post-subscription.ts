import { ifFree } from '../database/in-turn.ts';
import type { Catalog } from '../domain/catalog.ts';
import { enqueuePostAgain } from '../subscriptions/jobs.ts';
import { pauseChannel } from '../subscriptions/pause.ts';
import { findSubscription, settleNotice } from '../subscriptions/subscribe.ts';
import type { Subscription } from '../subscriptions/subscription-rows.ts';
import { planNews } from '../subscriptions/plan-news.ts';
import {
  type Telling,
  dropTelling,
  mostMessages,
  settleTelling,
  unsettledTellings,
} from '../subscriptions/tellings.ts';
import { type Summary, settleSummary, unsettledSummaries } from '../subscriptions/summaries.ts';
import { renderFailure, renderSubscribedChange } from './messages/subscribed-change.ts';
import { renderNotice } from './messages/subscription-notice.ts';
import { failedIn, renderFailures, renderSummary } from './messages/subscription-summary.ts';
import { type Post, type PostDependencies, keepPosted } from './posts.ts';
import { tellOfPause } from './tell-of-pause.ts';

export interface SubscriptionDependencies extends PostDependencies {
  /** Of the settings. */
  readonly catalog: Catalog;
}

/** Another process is at it. */
const busy = 2000;

/** Has Slack show what one subscription tells, as it is. One process at a time; brought again as Slack lets us. */
export async function postSubscription(dependencies: SubscriptionDependencies, subscriptionId: string): Promise<void> {
  const { db, now } = dependencies;
  const done = await ifFree(db, `subscription ${subscriptionId}`, async () => ({
    again: await postAll(dependencies, subscriptionId),
  }));
  const again = done === null ? new Date(now().getTime() + busy) : done.again;
  if (again !== null) await enqueuePostAgain(db, subscriptionId, again);
}

type Shown =
  | { readonly outcome: 'shown'; readonly ts: string }
  | { readonly outcome: 'later'; readonly at: Date }
  /** Slack does not want it. `closed`: nor anything else there. */
  | { readonly outcome: 'refused'; readonly why: string; readonly closed: boolean };

/** When to come back; null: all is shown. */
async function postAll(dependencies: SubscriptionDependencies, id: string): Promise<Date | null> {
  const { db, now } = dependencies;
  const subscription = await findSubscription(db, id);
  if (subscription === null) return null;
  if (subscription.ended === null && subscription.paused !== null) return tellOfPause(dependencies, subscription);
  if (subscription.ended === null) await planNews(db, id, now());
  const tellings = await unsettledTellings(dependencies, id);
  const works = [
    () => showNotice(dependencies, subscription),
    ...tellings.map((telling) => () => showTelling(dependencies, subscription, telling)),
    ...(await unsettledSummaries(dependencies, id)).map(
      (summary) => () => showSummary(dependencies, subscription, summary),
    ),
  ];
  let again: Date | null = tellings.length < mostMessages ? null : new Date(now().getTime() + busy);
  for (const work of works) {
    const shown = await work();
    if (shown.outcome === 'later' && (again === null || shown.at < again)) again = shown.at;
    if (shown.outcome !== 'refused' || !shown.closed) continue;
    if (subscription.ended === null) await pauseChannel(db, subscription.channelId, shown.why, now());
    return null;
  }
  return again;
}

async function keep(dependencies: SubscriptionDependencies, post: Post): Promise<Shown> {
  const kept = await keepPosted(dependencies, { ...post, background: true });
  if (kept.outcome === 'refused') {
    dependencies.log.info({ post: post.key, channel: post.channel, why: kept.why }, 'a channel takes no message');
  }
  return kept;
}

async function showNotice(dependencies: SubscriptionDependencies, subscription: Subscription): Promise<Shown> {
  const { db } = dependencies;
  const key = keyOf(subscription);
  const isNeeded = !subscription.noticeSettled && (subscription.ended === null || (await isPosted(dependencies, key)));
  if (!isNeeded) return { outcome: 'shown', ts: '' };
  const shown = await keep(dependencies, {
    key,
    channel: subscription.channelId,
    message: renderNotice(subscription),
  });
  if (shown.outcome === 'shown' || isDeleted(shown)) await settleNotice(db, subscription);
  return shown;
}

async function showTelling(
  dependencies: SubscriptionDependencies,
  subscription: Subscription,
  telling: Telling,
): Promise<Shown> {
  const { db, now } = dependencies;
  const { change, toldAt } = telling;
  if (telling.toldElsewhere && toldAt === null) {
    await dropTelling(db, subscription.id, telling);
    return { outcome: 'shown', ts: '' };
  }
  const post = {
    key: `${keyOf(subscription)}:${telling.changeId}`,
    channel: subscription.channelId,
    message: renderSubscribedChange({ ...telling, subscription }),
  };
  const shown = await keep(dependencies, post);
  if (isDeleted(shown)) await settleTelling(db, subscription.id, telling);
  if (shown.outcome !== 'shown') return shown;
  const isFailed = change.status === 'failed' && !telling.toldElsewhere;
  const told =
    toldAt === null
      ? { ...shown, failureTold: isFailed }
      : await surface(dependencies, post, shown.ts, {
          isDue: isFailed && wantsFailures(subscription) && !telling.failureTold,
          wasTold: telling.failureTold,
          message: renderFailure(change),
        });
  if (told.outcome === 'shown') {
    await settleTelling(db, subscription.id, telling, { at: now(), failureTold: told.failureTold });
  }
  return told;
}

async function showSummary(
  dependencies: SubscriptionDependencies,
  subscription: Subscription,
  summary: Summary,
): Promise<Shown> {
  const { db } = dependencies;
  const post = {
    key: `${keyOf(subscription)}:summary:${summary.id}`,
    channel: subscription.channelId,
    message: renderSummary(summary, subscription),
  };
  const shown = await keep(dependencies, post);
  if (isDeleted(shown)) await settleSummary(db, summary, summary.failure_told);
  if (shown.outcome !== 'shown') return shown;
  const before = summary.failed_at_first;
  const told = await surface(dependencies, post, shown.ts, {
    isDue: before !== null && failedIn(summary) > before && !summary.failure_told,
    wasTold: summary.failure_told,
    message: renderFailures(summary),
  });
  if (told.outcome === 'shown') await settleSummary(db, summary, told.failureTold);
  return told;
}

interface Failure {
  /** It failed after its message was shown, and nobody was told. */
  readonly isDue: boolean;
  readonly wasTold: boolean;
  readonly message: Post['message'];
}

/** An edit calls nobody: that something failed is said once in its thread and to the channel, and kept true there. */
async function surface(
  dependencies: SubscriptionDependencies,
  { key, channel }: Post,
  threadTs: string,
  { isDue, wasTold, message }: Failure,
): Promise<Extract<Shown, { outcome: 'later' | 'refused' }> | (Shown & { readonly failureTold: boolean })> {
  const reply = { key: `${key}:failed`, channel, threadTs, broadcast: true, message };
  const isThere = wasTold && (await isPosted(dependencies, reply.key));
  if (!isDue && !isThere) return { outcome: 'shown', ts: threadTs, failureTold: wasTold };
  const shown = await keep(dependencies, reply);
  return shown.outcome === 'later' || (shown.outcome === 'refused' && shown.closed)
    ? shown
    : { outcome: 'shown', ts: threadTs, failureTold: true };
}

function wantsFailures({ statuses }: Subscription): boolean {
  return statuses.length === 0 || statuses.includes('failed');
}

/** Somebody deleted it, and does not want it. */
function isDeleted(shown: Shown): boolean {
  return shown.outcome === 'refused' && !shown.closed;
}

function keyOf({ id }: Subscription): string {
  return `subscription:${id}`;
}

async function isPosted({ db }: SubscriptionDependencies, key: string): Promise<boolean> {
  const row = await db.selectFrom('slack_posts').select('ts').where('key', '=', key).executeTakeFirst();
  return row !== undefined && row.ts !== null;
}
