import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import type { SlackContext } from './context.ts';

const Raw = z.object({
  ts: z.string(),
  text: z.string().default(''),
  user: z.string().optional(),
  subtype: z.string().optional(),
  reactions: z.array(z.object({ name: z.string(), count: z.number().default(1) })).default([]),
});
export type ReadMessage = z.infer<typeof Raw>;

interface MessageId {
  readonly channelId: string;
  readonly ts: string;
}

/** One message, in a thread too. Null: Slack does not show it to us, or only that it was deleted. */
export async function readMessage(
  context: SlackContext,
  { channelId: channel, ts }: MessageId,
): Promise<ReadMessage | null> {
  const { client, log } = context;
  const only = { channel, latest: ts, oldest: ts, inclusive: true, limit: 1 };
  try {
    const { messages } = await client.conversations.history(only);
    const found = named(messages, ts);
    if (found !== null) return found;
    // Replies are not in the history of a channel; asked by the time of a reply, Slack gives that reply.
    const thread = await client.conversations.replies({ ...only, ts });
    return named(thread.messages, ts);
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    log.warn({ channel, why: error.data.error }, 'Slack does not show a message');
    return null;
  }
}

function named(messages: readonly unknown[] | undefined, ts: string): ReadMessage | null {
  const read = (messages ?? []).flatMap((each) => Raw.safeParse(each).data ?? []);
  return read.find((message) => message.ts === ts && message.subtype !== 'tombstone') ?? null;
}

/** The time at which Slack took it. */
export function timeOf(ts: string): Date {
  return new Date(Math.round(Number(ts) * 1000));
}
