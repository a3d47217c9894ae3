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

/** The commit by which the file became what it is: its author's name and its first line. */
export interface CommittedBy {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
}

export interface Noting {
  /** Who runs this process. */
  readonly actor: string;
  /** Null: nobody committed the file as it is, or it cannot be told. */
  readonly committed: CommittedBy | null;
  readonly now: Date;
}

export interface Noted {
  /** The names of the parts that are other than those in force before. */
  readonly changed: readonly string[];
  /** Null: nobody said. */
  readonly reason: string | null;
}

type Details = Readonly<Record<string, unknown>>;

/**
 * Audits that the settings are other than those that were in force last, which parts of them, by whom and why. That is
 * what `edited` says in them; else who committed them. Where both were said of an edit before, it was `actor`. Of processes that start together one does. Null: they are the same, or the first ever.
 */
export async function noteSettings(
  db: Kysely<Schema>,
  { edited = null, ...settings }: Details & { readonly edited?: Edited | null | undefined },
  { actor, committed, now }: Noting,
): Promise<Noted | null> {
  const parts = settingsParts(settings);
  const hash = settingsHash(parts);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sincewhen settings', 0))`.execute(trx);
    const last = await lastNoted(trx);
    const before = partsOf(last);
    const changed = changedParts(before ?? {}, parts);
    if (before !== null && changed.length === 0) return null;
    const isNews = committed !== null && !(await wasNoted(trx, committed.commit));
    const said = newlySaid(last, edited, isNews ? committed : null);
    await recordDecision(trx, {
      at: now,
      kind: before === null ? 'settings-read' : 'settings-changed',
      actor: said?.by ?? actor,
      about: 'settings',
      reason: said?.why ?? null,
      details: { hash, changed, parts, edited, commit: committed?.commit ?? null, process: actor },
    });
    return before === null ? null : { changed, reason: said?.why ?? null };
  });
}

/** Null: nobody said it of this edit. */
function newlySaid(last: Details | null, edited: Edited | null, committed: CommittedBy | null): Edited | null {
  if (edited !== null && !isDeepStrictEqual(last?.['edited'], edited)) return edited;
  return committed === null ? null : { by: committed.author, why: committed.subject };
}

/** Who goes back to what a commit said makes another edit than whoever committed it. */
async function wasNoted(trx: Transaction<Schema>, commit: string): Promise<boolean> {
  const row = await trx
    .selectFrom('audit_events')
    .select('id')
    .where('about', '=', 'settings')
    .where(sql<boolean>`details ->> 'commit' = ${commit}`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** When the settings were edited last and nobody said why; which parts. Null: somebody did, or they never were. */
export async function unexplainedEdit(
  db: Kysely<Schema>,
): Promise<{ readonly at: Date; readonly changed: readonly string[] } | null> {
  const last = await lastOf(db);
  if (last === undefined || last.kind !== 'settings-changed' || last.reason !== null) return null;
  const changed: unknown = last.details['changed'];
  return { at: last.at, changed: Array.isArray(changed) ? changed.map(String) : [] };
}

async function lastNoted(trx: Transaction<Schema>): Promise<Details | null> {
  return (await lastOf(trx))?.details ?? null;
}

function lastOf(db: Kysely<Schema>) {
  return db
    .selectFrom('audit_events')
    .select(['at', 'kind', 'reason', 'details'])
    .where('about', '=', 'settings')
    .where('kind', 'in', ['settings-read', 'settings-changed'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function partsOf(noted: Details | null): Readonly<Record<string, string>> | null {
  const parts = noted?.['parts'];
  return typeof parts === 'object' && parts !== null ? (parts as Record<string, string>) : null;
}
