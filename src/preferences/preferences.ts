import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';

/** What one person wants of us. */
export interface Preferences {
  /** Null: they may be told at any time in which they work. */
  readonly quiet: QuietHours | null;
  /** Whether they are reminded of backports in direct messages. */
  readonly reminders: boolean;
}

/** Of whoever has said nothing. */
export const usualPreferences: Preferences = { quiet: null, reminders: true };

export async function preferencesOf(db: Kysely<Schema>, person: string): Promise<Preferences> {
  const row = await db.selectFrom('preferences').selectAll().where('person', '=', person).executeTakeFirst();
  if (row === undefined) return usualPreferences;
  const { quiet_from: from, quiet_to: to, reminders } = row;
  return { quiet: from === null || to === null ? null : { from, to }, reminders };
}

/** Changes what `change` names, and nothing else. Resolves with what is so from now on. */
export async function changePreferences(
  db: Kysely<Schema>,
  person: string,
  change: Partial<Preferences>,
  now: Date,
): Promise<Preferences> {
  const set = {
    ...(change.quiet === undefined
      ? {}
      : { quiet_from: change.quiet?.from ?? null, quiet_to: change.quiet?.to ?? null }),
    ...(change.reminders === undefined ? {} : { reminders: change.reminders }),
    changed_at: now,
  };
  await db
    .insertInto('preferences')
    .values({ person, quiet_from: null, quiet_to: null, reminders: true, ...set })
    .onConflict((conflict) => conflict.column('person').doUpdateSet(set))
    .execute();
  return preferencesOf(db, person);
}
