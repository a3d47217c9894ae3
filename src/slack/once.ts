import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

const longest = 500;

/**
 * True for the first caller with this key, in whichever process; false for every other. Slack sends a request again
 * when it thinks that we missed it, and Bolt hands on every copy.
 */
export async function firstTime(db: Kysely<Schema>, key: string, now: Date): Promise<boolean> {
  const inserted = await db
    .insertInto('slack_requests')
    .values({ key: key.slice(0, longest), received_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** What was begun with this key has failed: the next request with it is a first time again. */
export async function notDone(db: Kysely<Schema>, key: string): Promise<void> {
  await db.deleteFrom('slack_requests').where('key', '=', key.slice(0, longest)).execute();
}
