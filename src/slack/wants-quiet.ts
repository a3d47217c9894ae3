import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Availability } from '../domain/nags/nag.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import { preferencesOf } from '../preferences/preferences.ts';

/**
 * Until when a person asked on the Home tab to be told nothing unasked; null: they may be told now. Slack is asked for
 * their time zone only where they did, and then throws while it cannot be.
 */
export async function wantsQuiet(
  db: Kysely<Schema>,
  availability: (slackId: string) => Promise<Availability>,
  { slackId, now }: { readonly slackId: string; readonly now: Date },
): Promise<Date | null> {
  const { quiet } = await preferencesOf(db, slackId);
  return quiet === null ? null : quietUntil(quiet, (await availability(slackId)).timezone, now);
}
