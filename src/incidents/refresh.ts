import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { enqueueAll } from '../jobs/enqueue.ts';

/** Milliseconds between two edits of a card. */
const editPause = 5000;

/** What comes within this goes onto a card together. */
const gathering = 1000;

/**
 * Has the cards of these incidents show how things stand, once the caller's transaction has committed: at once, or
 * `editPause` after the last edit, with all that has happened until then.
 */
export async function refreshCards(db: Kysely<Schema>, incidentIds: readonly string[], now: Date): Promise<void> {
  await enqueueRefreshes(db, incidentIds, now, { after: 0 });
}

/** The same for what comes in floods: it is looked at once in a while, however much there is. */
export async function refreshCardsSoon(db: Kysely<Schema>, incidentIds: readonly string[], now: Date): Promise<void> {
  await enqueueRefreshes(db, incidentIds, now, { after: gathering, keepsTime: true });
}

async function enqueueRefreshes(
  db: Kysely<Schema>,
  incidentIds: readonly string[],
  now: Date,
  { after, keepsTime = false }: { readonly after: number; readonly keepsTime?: boolean },
): Promise<void> {
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
      runAt: new Date(Math.max(now.getTime() + after, (edited?.getTime() ?? 0) + editPause)),
      keepsTime,
      // An incident that shows nothing yet comes before those that show more than they did.
      first: edited === null,
    })),
  );
}
