import type { Kysely, Selectable, Updateable } from 'kysely';
import type { Digests } from '../database/digest-tables.ts';
import type { Schema } from '../database/schema.ts';
import { composeDigest } from '../domain/digest/compose.ts';
import type { Digest } from '../domain/digest/digest.ts';
import type { DigestFacts, DigestScope } from '../domain/digest/facts.ts';

export type DigestRow = Selectable<Digests>;

const day = 86_400_000;
/** What was told longer ago says nothing of last week. */
const lastWeek = 10 * day;

/** Begun and not over, the longest due first. */
export function openDigests(db: Kysely<Schema>): Promise<readonly DigestRow[]> {
  return db
    .selectFrom('digests')
    .selectAll()
    .where('state', 'in', ['due', 'composed'])
    .orderBy('due_at')
    .orderBy('channel')
    .execute();
}

/** The newest that a channel was told has to be shown anew: what is said of it has changed. False: there is none. */
export async function showAnew(db: Kysely<Schema>, channel: string): Promise<boolean> {
  const row = await db
    .selectFrom('digests')
    .selectAll()
    .where('channel', '=', channel)
    .where('state', '=', 'told')
    .orderBy('due_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return false;
  await saveDigest(db, row, { state: 'composed' });
  return true;
}

/** Composes what is due, from facts that were read once for all. Whoever comes second changes nothing. */
export async function composeDue(
  db: Kysely<Schema>,
  row: DigestRow,
  { facts, scope }: { readonly facts: DigestFacts; readonly scope: DigestScope },
): Promise<void> {
  const previous = await previousOf(db, row.channel, row.due_at);
  const composed = composeDigest(facts, { scope, dueAt: row.due_at, previous });
  const said = JSON.stringify(composed.digest);
  await db
    .updateTable('digests')
    .set(composed.outcome === 'say' ? { state: 'composed', said } : { state: 'quiet', said, why: composed.why })
    .where('channel', '=', row.channel)
    .where('week', '=', row.week)
    .where('state', '=', 'due')
    .execute();
}

/** What was composed for a channel a week before. */
export async function previousOf(db: Kysely<Schema>, channel: string, dueAt: Date): Promise<Digest | null> {
  const row = await db
    .selectFrom('digests')
    .select('said')
    .where('channel', '=', channel)
    .where('said', 'is not', null)
    .where('due_at', '<', dueAt)
    .where('due_at', '>', new Date(dueAt.getTime() - lastWeek))
    .orderBy('due_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.said ?? null;
}

export async function saveDigest(
  db: Kysely<Schema>,
  { channel, week }: Pick<DigestRow, 'channel' | 'week'>,
  set: Updateable<Digests>,
): Promise<void> {
  await db.updateTable('digests').set(set).where('channel', '=', channel).where('week', '=', week).execute();
}

export interface RefusedDigest {
  readonly channel: string;
  readonly week: string;
  readonly why: string;
}

/** Channels that did not take their last digest, for whoever looks after the service. */
export async function refusedDigests(db: Kysely<Schema>): Promise<readonly RefusedDigest[]> {
  const rows = await db
    .selectFrom('digests')
    .distinctOn('named')
    .select(['named', 'week', 'state', 'why'])
    .orderBy('named')
    .orderBy('due_at', 'desc')
    .limit(500)
    .execute();
  return rows.flatMap(({ named, week, state, why }) =>
    state === 'refused' && why !== null ? [{ channel: named, week, why }] : [],
  );
}
