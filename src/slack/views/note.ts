import { addNote } from '../../incidents/notes.ts';
import type { SlackContext } from '../context.ts';
import { incidentSeen } from '../incident/which.ts';
import { timeOf } from '../message-read.ts';
import { renderGone } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, close, show, wrong } from './answer.ts';

/** What was written, now; of a message, at its own time and in the name of who wrote it. */
export async function noteSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const id = about.i ?? entered.choice('incident');
  const incident =
    id === null
      ? null
      : await incidentSeen(context.db, id, { channelId: about.c, viewer: await context.viewerOf(asker.id) });
  if (incident === null) return show(renderGone());
  const now = context.now();
  const text = entered.text('note');
  const [channelId, ts] = about.m ?? [];
  const note =
    channelId === undefined || ts === undefined
      ? { text, at: now, saidBy: asker.id }
      : { text, at: timeOf(ts), saidBy: about.u ?? null, message: { channelId, ts } };
  const outcome = await addNote(context.db, incident.id, note, now);
  if (outcome === 'gone') return show(renderGone());
  return outcome === 'empty' ? wrong('note', 'There are no words in that.') : close;
}
