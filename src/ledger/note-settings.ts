import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { recordDecision } from './decisions.ts';
import { changedParts, settingsHash, settingsParts } from './settings-parts.ts';

/**
 * Audits that the settings are other than those that were in force last, and which parts of them. Of processes that
 * start together one does. Null: they are the same, or the first ever; else the names of the parts.
 */
export async function noteSettings(
  db: Kysely<Schema>,
  settings: Readonly<Record<string, unknown>>,
  { actor, now, reason = null }: { readonly actor: string; readonly now: Date; readonly reason?: string | null },
): Promise<readonly string[] | null> {
  const parts = settingsParts(settings);
  const hash = settingsHash(parts);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sincewhen settings', 0))`.execute(trx);
    const before = await lastParts(trx);
    const changed = changedParts(before ?? {}, parts);
    if (before !== null && changed.length === 0) return null;
    const kind = before === null ? 'settings-read' : 'settings-changed';
    await recordDecision(trx, { at: now, kind, actor, about: 'settings', reason, details: { hash, changed, parts } });
    return before === null ? null : changed;
  });
}

async function lastParts(trx: Transaction<Schema>): Promise<Readonly<Record<string, string>> | null> {
  const row = await trx
    .selectFrom('audit_events')
    .select('details')
    .where('about', '=', 'settings')
    .where('kind', 'in', ['settings-read', 'settings-changed'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const parts = row?.details['parts'];
  return typeof parts === 'object' && parts !== null ? (parts as Record<string, string>) : null;
}
