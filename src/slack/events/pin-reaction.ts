import { z } from 'zod';
import { addNote, noteDeleted } from '../../incidents/notes.ts';
import type { SlackContext } from '../context.ts';
import { incidentHere } from '../incident/which.ts';
import { incidentHeading, sentences } from '../messages/incident-heading.ts';
import { renderRefusal } from '../messages/refusal.ts';
import { readMessage, timeOf } from '../message-read.ts';
import { type SlackMessage, posted } from '../send.ts';
import { spoken } from '../spoken-text.ts';

/** 📌, as Slack calls it. */
const pin = 'pushpin';

const Body = z.object({
  event: z.object({
    reaction: z.string(),
    user: z.string(),
    item: z.object({ type: z.literal('message'), channel: z.string(), ts: z.string().regex(/^\d{1,12}\.\d{1,6}$/) }),
  }),
});

/** Told without asking anybody: most reactions are none of ours. */
export function isPin(_context: SlackContext, body: unknown): boolean {
  return Body.safeParse(body).data?.event.reaction === pin;
}

/** Whoever puts 📌 on a message of an incident's channel wants it in the timeline, at the message's own time. */
export async function pinned(context: SlackContext, body: unknown): Promise<void> {
  const event = Body.safeParse(body).data?.event;
  if (event === undefined || event.reaction !== pin) return;
  const { channel: channelId, ts } = event.item;
  const incident = await incidentHere(context.db, channelId);
  if (incident === null) return;
  const tell = (message: SlackMessage) =>
    context.client.chat.postEphemeral({ channel: channelId, user: event.user, ...posted(message) });
  const asker = await context.who(event.user);
  if (asker.outcome === 'refused') {
    if (asker.why !== 'bot') await tell(renderRefusal(asker.why));
    return;
  }
  const message = await readMessage(context, { channelId, ts });
  if (message === null) {
    await tell(
      sentences('*I could not read that message*, so it is not in the timeline. `/incident note` takes its words.'),
    );
    return;
  }
  const text = await spoken(context, message.text);
  const note = { text, at: timeOf(ts), saidBy: message.user ?? null, message: { channelId, ts } };
  const outcome = await addNote(context.db, incident.id, note, context.now());
  if (outcome === 'empty') {
    await tell(sentences('*That message has no words*, so there is nothing to put into the timeline.'));
  } else if (outcome === 'added') {
    await tell(sentences(`In the timeline of ${incidentHeading(incident)}. Take your 📌 away to take it out again.`));
  }
}

/** The last 📌 that is taken away takes the note with it. */
export async function unpinned(context: SlackContext, body: unknown): Promise<void> {
  const event = Body.safeParse(body).data?.event;
  if (event === undefined || event.reaction !== pin) return;
  const { channel: channelId, ts } = event.item;
  if ((await incidentHere(context.db, channelId)) === null) return;
  const asker = await context.who(event.user);
  if (asker.outcome === 'refused') return;
  const message = await readMessage(context, { channelId, ts });
  if (message?.reactions.some(({ name, count }) => name === pin && count > 0) === true) return;
  await noteDeleted(context.db, { channelId, ts }, context.now());
}
