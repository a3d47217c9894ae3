import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { enqueue } from '../jobs/enqueue.ts';

const soon = 1000;

/** After something may have changed: in a second, in which more of it can come, and once for all of it. */
export async function enqueueNagsSoon(db: Kysely<Schema>, now: Date): Promise<void> {
  const runAt = new Date(now.getTime() + soon);
  await enqueue(db, 'tend-nags', {}, { jobKey: 'tend-nags:soon', runAt, keepsTime: true });
}

/** Has people told what there is to tell, and what they were told kept true. Once for all that ask until then. */
export async function enqueueNags(db: Kysely<Schema>, runAt: Date): Promise<void> {
  await enqueue(db, 'tend-nags', {}, { jobKey: 'tend-nags:now', runAt });
}
