import { z } from 'zod';
import { answerText } from '../answer-question.ts';
import type { SlackContext } from '../context.ts';
import { renderRefusal } from '../messages/refusal.ts';
import { posted } from '../send.ts';

const Body = z.object({
  is_ext_shared_channel: z.boolean().default(false),
  event: z.object({
    channel: z.string(),
    user: z.string(),
    text: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
    subtype: z.never().optional(),
    bot_id: z.never().optional(),
    edited: z.never().optional(),
  }),
});

/**
 * A question asked in a channel is answered there, in its thread: who asks in public wants others to see the answer.
 * Refusals are for the asker alone, and so is every answer where people of another organisation would read it.
 */
export async function mention(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return;
  const { event, is_ext_shared_channel: shared } = parsed.data;
  const { channel, user, text } = event;
  // In a direct message the same text also arrives as `message.im`.
  if (channel.startsWith('D')) return;
  const asker = await context.who(user);
  if (asker.outcome === 'refused') {
    // Two bots that refuse each other would never stop.
    if (asker.why === 'bot') return;
    const refusal = posted(renderRefusal(asker.why), event.thread_ts ?? null);
    await context.client.chat.postEphemeral({ channel, user, ...refusal });
    return;
  }
  const answer = await answerText(context, asker, { text, channelId: channel, shareable: false, public: !shared });
  if (shared) await context.client.chat.postEphemeral({ channel, user, ...posted(answer, event.thread_ts ?? null) });
  else await context.client.chat.postMessage({ channel, ...posted(answer, event.thread_ts ?? event.ts) });
}
