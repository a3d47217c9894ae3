import { isDeepStrictEqual } from 'node:util';
import { type Kysely, type Transaction, sql } from 'kysely';
import { recordDecision } from '../database/record-decision.ts';
import type { Schema } from '../database/schema.ts';
import { changedParts, settingsHash, settingsParts } from './settings-parts.ts';

/** Who says that they edited the settings, and why. */
interface Edited {
  readonly by: string;
  readonly why: string;
}

/**
 * Audits that the settings are other than those that were in force last, which parts of them, by whom and why. That is
 * what `edited` says in them, unless it says the same as the time before: then nobody said it of this edit, and it was
 * `actor`. Of processes that start together one does. Null: they are the same, or the first ever; else the names of the
 * parts.
 */
export async function noteSettings(
  db: Kysely<Schema>,
  { edited = null, ...settings }: Readonly<Record<string, unknown>> & { readonly edited?: Edited | null | undefined },
  { actor, now }: { readonly actor: string; readonly now: Date },
): Promise<readonly string[] | null> {
  const parts = settingsParts(settings);
  const hash = settingsHash(parts);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sincewhen settings', 0))`.execute(trx);
    const last = await lastNoted(trx);
    const before = partsOf(last);
    const changed = changedParts(before ?? {}, parts);
    if (before !== null && changed.length === 0) return null;
    const kind = before === null ? 'settings-read' : 'settings-changed';
    const said = isDeepStrictEqual(last?.['edited'] ?? null, edited) ? null : edited;
    await recordDecision(trx, {
      at: now,
      kind,
      actor: said?.by ?? actor,
      about: 'settings',
      reason: said?.why ?? null,
      details: { hash, changed, parts, edited, process: actor },
    });
    return before === null ? null : changed;
  });
}

async function lastNoted(trx: Transaction<Schema>): Promise<Readonly<Record<string, unknown>> | null> {
  const row = await trx
    .selectFrom('audit_events')
    .select('details')
    .where('about', '=', 'settings')
    .where('kind', 'in', ['settings-read', 'settings-changed'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.details ?? null;
}

function partsOf(noted: Readonly<Record<string, unknown>> | null): Readonly<Record<string, string>> | null {
  const parts = noted?.['parts'];
  return typeof parts === 'object' && parts !== null ? (parts as Record<string, string>) : null;
}
