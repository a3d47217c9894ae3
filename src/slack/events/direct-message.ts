import { z } from 'zod';
import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import { renderRefusal } from '../messages/refusal.ts';
import { posted } from '../send.ts';

/** Written by a person and never edited: everything else in a direct message is no question to us. */
const Body = z.object({
  event: z.object({
    channel_type: z.literal('im'),
    channel: z.string(),
    user: z.string(),
    text: z.string(),
    thread_ts: z.string().optional(),
    subtype: z.never().optional(),
    bot_id: z.never().optional(),
    edited: z.never().optional(),
    hidden: z.never().optional(),
  }),
});

/** Told without asking anybody. */
export function isDirect(_context: SlackContext, body: unknown): boolean {
  return Body.safeParse(body).success;
}

export async function directMessage(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return;
  const { channel, user, text, thread_ts: threadTs = null } = parsed.data.event;
  const asker = await context.who(user);
  // Two bots that refuse each other would never stop.
  if (asker.outcome === 'refused' && asker.why === 'bot') return;
  const message =
    asker.outcome === 'refused'
      ? renderRefusal(asker.why)
      : await answerText(context, asker, { text, shareable: false });
  await context.client.chat.postMessage({ channel, ...posted(message, threadTs) });
}
