import type { Kysely, Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { outsideText } from '../domain/outside-text.ts';
import { addEntry, longestEntry } from './entries.ts';
import { lockIncident } from './incident-rows.ts';
import { refreshCards } from './refresh.ts';

export interface MessageId {
  readonly channelId: string;
  readonly ts: string;
}

export interface NewNote {
  /** Words as people read them: the marks of whatever they were written in are taken off before. */
  readonly text: string;
  /** When it was said: of a message its own time. */
  readonly at: Date;
  /** Who said it, not who kept it. */
  readonly saidBy: string | null;
  /** The message that it repeats, whose edits and deletion it then follows. */
  readonly message?: MessageId;
}

/** `there`: this very message is one already; what it says now is what the note says. */
export type NoteAdded = 'added' | 'there' | 'empty' | 'gone';

/** A message that had been taken out of the timeline, or deleted and restored, is a note again. */
export function addNote(db: Kysely<Schema>, incidentId: string, note: NewNote, now: Date): Promise<NoteAdded> {
  return db.transaction().execute(async (trx) => {
    const incident = await lockIncident(trx, incidentId);
    if (incident === null) return 'gone';
    const text = outsideText(note.text, longestEntry);
    if (text === undefined) return 'empty';
    const outcome = await put(trx, incident.id, { ...note, text }, now);
    if (outcome !== 'unchanged') await refreshCards(trx, [incident.id], now);
    return outcome === 'added' ? 'added' : 'there';
  });
}

async function put(
  trx: Transaction<Schema>,
  incidentId: string,
  note: NewNote,
  now: Date,
): Promise<'added' | 'rewritten' | 'unchanged'> {
  if (await addEntry(trx, incidentId, { kind: 'note', ...note }, now)) return 'added';
  if (note.message === undefined) return 'unchanged';
  const said = { ...note.message, text: note.text };
  if (await takeBack(trx, incidentId, said)) return 'added';
  return (await rewrite(trx, said, now)) ? 'rewritten' : 'unchanged';
}

/** A message now says something else; the notes that repeat it do too. False: no note does. */
export function noteEdited(
  db: Kysely<Schema>,
  edit: MessageId & { readonly text: string },
  now: Date,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const ids = await lockNotesOf(trx, edit);
    const text = outsideText(edit.text, longestEntry);
    if (ids.length === 0 || text === undefined) return false;
    const altered = await rewrite(trx, { ...edit, text }, now);
    if (altered) await refreshCards(trx, ids, now);
    return altered;
  });
}

/** A message was deleted, or nobody wants it in the timeline any more: its words go. False: no note repeats it. */
export function noteDeleted(db: Kysely<Schema>, message: MessageId, now: Date): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const ids = await lockNotesOf(trx, message);
    if (ids.length === 0) return false;
    await trx
      .updateTable('incident_entries')
      .set({ deleted_at: now, text: '' })
      .where('channel_id', '=', message.channelId)
      .where('message_ts', '=', message.ts)
      .where('deleted_at', 'is', null)
      .execute();
    await refreshCards(trx, ids, now);
    return true;
  });
}

/** The incidents in which this message is a note, locked in one order so that two transactions do not wait for each other. */
async function lockNotesOf(trx: Transaction<Schema>, { channelId, ts }: MessageId): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('incident_entries')
    .select('incident_id')
    .where('channel_id', '=', channelId)
    .where('message_ts', '=', ts)
    .where('deleted_at', 'is', null)
    .orderBy('incident_id')
    .execute();
  const ids: string[] = [];
  for (const { incident_id: id } of rows) {
    const incident = await lockIncident(trx, id);
    if (incident !== null) ids.push(incident.id);
  }
  return ids;
}

async function rewrite(
  trx: Transaction<Schema>,
  { channelId, ts, text }: MessageId & { readonly text: string },
  now: Date,
): Promise<boolean> {
  const edited = await trx
    .updateTable('incident_entries')
    .set({ text, edited_at: now })
    .where('channel_id', '=', channelId)
    .where('message_ts', '=', ts)
    .where('deleted_at', 'is', null)
    .where('text', '<>', text)
    .executeTakeFirst();
  return edited.numUpdatedRows > 0n;
}

async function takeBack(
  trx: Transaction<Schema>,
  incidentId: string,
  { channelId, ts, text }: MessageId & { readonly text: string },
): Promise<boolean> {
  const restored = await trx
    .updateTable('incident_entries')
    .set({ deleted_at: null, text })
    .where('incident_id', '=', incidentId)
    .where('channel_id', '=', channelId)
    .where('message_ts', '=', ts)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst();
  return restored.numUpdatedRows > 0n;
}
