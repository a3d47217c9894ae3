import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { enqueueAll } from '../jobs/enqueue.ts';

/** Milliseconds between two edits of a card. */
const editPause = 5000;

/**
 * Has the cards of these incidents show how things stand, once the caller's transaction has committed: at once, or
 * `editPause` after the last edit, with all that has happened until then.
 */
export async function refreshCards(db: Kysely<Schema>, incidentIds: readonly string[], now: Date): Promise<void> {
  if (incidentIds.length === 0) return;
  const rows = await db
    .selectFrom('incidents')
    .select(['id', 'card_edited_at'])
    .where('id', 'in', [...incidentIds])
    .execute();
  await enqueueAll(
    db,
    'refresh-card',
    rows.map(({ id, card_edited_at: edited }) => ({
      payload: { incidentId: id },
      jobKey: `refresh-card:${id}`,
      runAt: new Date(Math.max(now.getTime(), (edited?.getTime() ?? 0) + editPause)),
    })),
  );
}
