import { type Kysely, type Selectable, type Transaction, sql } from 'kysely';
import type { IncidentEntries, Schema } from '../database/schema.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { EntryKind, IncidentEntry, Verdict } from '../domain/incidents/incident.ts';

/** Characters of one entry. */
export const longestEntry = 4000;

export interface NewEntry {
  readonly kind: EntryKind;
  readonly at: Date;
  readonly text?: string;
  readonly saidBy: string | null;
  readonly message?: { readonly channelId: string; readonly ts: string };
  readonly verdict?: { readonly changeId: string; readonly verdict: Verdict };
}

/** False: the incident holds this very message already. */
export async function addEntry(
  trx: Transaction<Schema>,
  incidentId: string,
  entry: NewEntry,
  now: Date,
): Promise<boolean> {
  const added = await trx
    .insertInto('incident_entries')
    .values({
      incident_id: incidentId,
      at: entry.at,
      recorded_at: now,
      kind: entry.kind,
      text: outsideText(entry.text ?? '', longestEntry) ?? '',
      said_by: entry.saidBy,
      channel_id: entry.message?.channelId ?? null,
      message_ts: entry.message?.ts ?? null,
      change_id: entry.verdict?.changeId ?? null,
      verdict: entry.verdict?.verdict ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return added.numInsertedOrUpdatedRows === 1n;
}

/** In the order in which they were so; what was deleted in Slack is left out. */
export async function entriesOf(db: Kysely<Schema>, incidentId: string): Promise<readonly IncidentEntry[]> {
  const rows = await db
    .selectFrom('incident_entries')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('deleted_at', 'is', null)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map(entryOfRow);
}

/** The newest of a kind, by when it was recorded. */
export async function lastEntry(
  db: Kysely<Schema>,
  incidentId: string,
  kind: EntryKind,
): Promise<IncidentEntry | null> {
  const row = await db
    .selectFrom('incident_entries')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : entryOfRow(row);
}

/** What was decided last about each change, by its id. */
export async function verdictsOf(db: Kysely<Schema>, incidentId: string): Promise<ReadonlyMap<string, IncidentEntry>> {
  const rows = await db
    .selectFrom('incident_entries')
    .distinctOn('change_id')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('change_id', 'is not', null)
    .orderBy('change_id')
    .orderBy(sql`id desc`)
    .execute();
  return new Map(rows.flatMap((row) => (row.change_id === null ? [] : [[row.change_id, entryOfRow(row)] as const])));
}

function entryOfRow(row: Selectable<IncidentEntries>): IncidentEntry {
  const { channel_id: channelId, message_ts: ts, change_id: changeId, verdict } = row;
  return {
    id: row.id,
    kind: row.kind,
    at: row.at,
    text: row.text,
    saidBy: row.said_by,
    message: channelId === null || ts === null ? null : { channelId, ts },
    edited: row.edited_at !== null,
    verdict: changeId === null || verdict === null ? null : { changeId, verdict },
  };
}
