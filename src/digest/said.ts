import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { DigestCause, DigestMute } from '../domain/digest/said.ts';

export interface DigestPlace {
  readonly channel: string;
  /** Null: not said of a certain one. */
  readonly week: string | null;
}

interface Said {
  /** A Slack member id. */
  readonly by: string;
  readonly now: Date;
}

/** Whether its last word was that it is to be told nothing; null: it was not. */
export async function mutedIn(db: Kysely<Schema>, channel: string): Promise<DigestMute | null> {
  const row = await db
    .selectFrom('digest_words')
    .select(['kind', 'by', 'at', 'until'])
    .where('channel', '=', channel)
    .where('kind', 'in', ['muted', 'unmuted'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.kind === 'muted' ? { by: row.by, at: row.at, until: row.until } : null;
}

/** `until` null: until somebody says otherwise. */
export async function mute(
  db: Kysely<Schema>,
  place: DigestPlace,
  { until, by, now }: Said & { readonly until: Date | null },
): Promise<void> {
  await say(db, place, { kind: 'muted', by, at: now, until, cause: null, note: null });
}

export async function unmute(db: Kysely<Schema>, place: DigestPlace, { by, now }: Said): Promise<void> {
  await say(db, place, { kind: 'unmuted', by, at: now, until: null, cause: null, note: null });
}

export async function sayUseless(
  db: Kysely<Schema>,
  place: DigestPlace,
  { cause, note, by, now }: Said & { readonly cause: DigestCause; readonly note: string },
): Promise<void> {
  const kept = note === '' ? null : note.slice(0, 1000);
  await say(db, place, { kind: 'useless', by, at: now, until: null, cause, note: kept });
}

/** How often it was said of a channel that its digest is of no use. */
export async function uselessIn(db: Kysely<Schema>, channel: string): Promise<number> {
  const row = await db
    .selectFrom('digest_words')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('channel', '=', channel)
    .where('kind', '=', 'useless')
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

type Row = Pick<Schema['digest_words'], 'kind' | 'by' | 'at' | 'until' | 'cause' | 'note'>;

async function say(db: Kysely<Schema>, { channel, week }: DigestPlace, row: Row): Promise<void> {
  await db
    .insertInto('digest_words')
    .values({ channel, week, ...row })
    .execute();
}
