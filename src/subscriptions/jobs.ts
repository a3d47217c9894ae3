import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type AnyJobRequest, enqueueMixed } from '../jobs/enqueue.ts';
import type { Batch } from '../timeline/record.ts';

/** True in SQL while nobody waits for other changes than deploys, which are heard of anyway. */
export const onlyDeploysAreAwaited = sql<boolean>`not exists (
  select from subscriptions where ended_at is null and paused_at is null and not only_deploys
)`;

const mostChanges = 2000;
/** What belongs together comes together: a pipeline that deploys ten services is told at once. */
const gathering = 3000;

/**
 * Has those who wait for changes told of what was recorded, once the transaction has committed; nothing while nobody
 * waits. `late`: heard long ago, so only what was told of them before is kept true.
 */
export function subscriptionJobs({
  touched,
  late,
}: Pick<Batch, 'touched'> & { readonly late: boolean }): readonly AnyJobRequest[] {
  return tellJobs(
    touched.map(({ id }) => id),
    !late,
  );
}

export function tellJobs(changeIds: readonly string[], news: boolean): readonly AnyJobRequest[] {
  return Array.from({ length: Math.ceil(changeIds.length / mostChanges) }, (_, page) => ({
    name: 'tell-subscribers',
    payload: { changeIds: changeIds.slice(page * mostChanges, (page + 1) * mostChanges), news },
    onlyIfSubscribed: true,
  }));
}

/** What is to be said by a subscription is said soon, once for all that comes until then. */
export async function enqueuePosts(db: Kysely<Schema>, subscriptionIds: readonly string[], now: Date): Promise<void> {
  const runAt = new Date(now.getTime() + gathering);
  await enqueueMixed(
    db,
    subscriptionIds.map((subscriptionId) => postJob(subscriptionId, runAt, true)),
  );
}

/** What Slack did not take at once is brought again. */
export async function enqueuePostAgain(db: Kysely<Schema>, subscriptionId: string, runAt: Date): Promise<void> {
  await enqueueMixed(db, [postJob(subscriptionId, runAt, false)]);
}

function postJob(subscriptionId: string, runAt: Date, keepsTime: boolean): AnyJobRequest {
  return {
    name: 'post-subscription',
    payload: { subscriptionId },
    // What is new must not wait for the time at which Slack wants to hear of the old.
    jobKey: `post-subscription:${keepsTime ? 'new' : 'again'}:${subscriptionId}`,
    runAt,
    keepsTime,
  };
}
