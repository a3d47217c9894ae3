import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { enqueue } from '../jobs/enqueue.ts';

/** Has people told what there is to tell, and what they were told kept true. Once for all that ask until then. */
export async function enqueueNags(db: Kysely<Schema>, runAt: Date): Promise<void> {
  await enqueue(db, 'tend-nags', {}, { jobKey: 'tend-nags:now', runAt });
}
