import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { z } from 'zod';

/** Marks our messages for finding them again; nobody sees it. */
export const postEvent = 'sincewhen_post';

export interface LostPost {
  readonly key: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** By our clock. */
  readonly since: Date;
}

export type FoundPost =
  | { readonly outcome: 'found'; readonly ts: string }
  | { readonly outcome: 'absent' }
  /** The channel may not be read, or has too many messages to look through. */
  | { readonly outcome: 'hidden'; readonly why: string };

const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        metadata: z
          .object({ event_type: z.string().optional(), event_payload: z.record(z.string(), z.unknown()).optional() })
          .optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Between our clock and Slack's. */
const clockSkew = 5 * 60_000;
const perPage = 200;
const mostPages = 10;
const unreadable = new Set([
  'missing_scope',
  'not_in_channel',
  'channel_not_found',
  'not_allowed_token_type',
  'no_permission',
]);

/** Looks whether Slack took a message of which it never told us. Throws when Slack cannot be asked now. */
export async function findPost(client: WebClient, lost: LostPost): Promise<FoundPost> {
  let cursor: string | undefined;
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const { messages, response_metadata: next } = Page.parse(await readPage(client, lost, cursor));
      const found = messages.find(
        ({ metadata }) => metadata?.event_type === postEvent && metadata.event_payload?.['key'] === lost.key,
      );
      if (found !== undefined) return { outcome: 'found', ts: found.ts };
      cursor = next?.next_cursor ?? '';
      if (cursor === '') return { outcome: 'absent' };
    }
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    const why = error.data.error;
    if (why === 'thread_not_found') return { outcome: 'absent' };
    if (!unreadable.has(why)) throw error;
    return { outcome: 'hidden', why };
  }
  return { outcome: 'hidden', why: 'too_many_messages' };
}

function readPage(client: WebClient, { channel, threadTs, since }: LostPost, cursor: string | undefined) {
  const page = {
    channel,
    oldest: String((since.getTime() - clockSkew) / 1000),
    inclusive: true,
    include_all_metadata: true,
    limit: perPage,
    ...(cursor === undefined ? {} : { cursor }),
  };
  return threadTs === null
    ? client.conversations.history(page)
    : client.conversations.replies({ ...page, ts: threadTs });
}
