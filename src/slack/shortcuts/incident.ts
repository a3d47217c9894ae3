import { openIncidents } from '../../incidents/find.ts';
import { addNote } from '../../incidents/notes.ts';
import type { SlackContext } from '../context.ts';
import { openStartModal } from '../incident/start.ts';
import { incidentHere } from '../incident/which.ts';
import { timeOf } from '../message-read.ts';
import {
  renderNoted,
  renderNothingToNote,
  renderThereIsOne,
  renderUnknownIncident,
} from '../messages/incident-said.ts';
import { renderNoteMessageModal } from '../modals/note.ts';
import { openModal } from '../open-modal.ts';
import type { ShortcutRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';
import { spoken } from '../spoken-text.ts';

/** From a message that says that something is wrong: its words and its time. */
export async function startFromMessage(
  context: SlackContext,
  { asker, pressed, respond }: ShortcutRequest,
): Promise<void> {
  const there = await incidentHere(context.db, pressed.channelId);
  const { ts, userId } = pressed.message;
  const text = await spoken(context, pressed.message.text);
  const title = text.split('\n', 1)[0]?.slice(0, 200) ?? '';
  const message = { channelId: pressed.channelId, ts, userId, text };
  const answer =
    there === null
      ? await openStartModal(context, { ...pressed, asker }, { title, startedAt: timeOf(ts), message })
      : renderThereIsOne(there, title, context.now());
  await tell(respond, answer);
}

/** Into the timeline of the channel's incident, or of one that is chosen. */
export async function noteMessage(context: SlackContext, { pressed, respond }: ShortcutRequest): Promise<void> {
  const { channelId } = pressed;
  const { ts, userId } = pressed.message;
  const [there, text] = await Promise.all([incidentHere(context.db, channelId), spoken(context, pressed.message.text)]);
  const now = context.now();
  if (there === null) {
    const incidents = await openIncidents(context.db, {
      includePrivate: false,
      ...(await context.viewerOf(pressed.userId)),
    });
    const view = renderNoteMessageModal(incidents, { message: { channelId, ts, userId, text }, now });
    return tell(respond, await openModal(context, pressed.triggerId, view));
  }
  const note = { text, at: timeOf(ts), saidBy: userId, message: { channelId, ts } };
  const outcome = await addNote(context.db, there.id, note, now);
  if (outcome === 'gone') return tell(respond, renderUnknownIncident(there.id));
  return tell(respond, outcome === 'empty' ? renderNothingToNote() : renderNoted(there, text));
}

async function tell(respond: ShortcutRequest['respond'], message: SlackMessage | null): Promise<void> {
  if (message !== null) await respond(privately(message));
}
