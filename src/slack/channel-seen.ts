import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import type { SeenChannel } from '../incidents/channel.ts';
import type { SlackContext } from './context.ts';

/** What Slack tells of a channel, in answers and in events. */
const RawChannel = z.object({
  id: z.string().min(1).max(50),
  name: z.string().min(1).max(200),
  created: z.number().optional(),
  topic: z.object({ value: z.string().default('') }).optional(),
  is_private: z.boolean().optional(),
  is_archived: z.boolean().optional(),
  is_member: z.boolean().optional(),
  is_ext_shared: z.boolean().optional(),
});

export interface RawSeen extends SeenChannel {
  readonly archived: boolean;
  readonly member: boolean;
  /** People of other organisations are in it. */
  readonly shared: boolean;
}

/** Null for what is no channel. `isPrivate`: what the event that it stands in says, where the channel itself does not. */
export function channelOf(raw: unknown, isPrivate = false): RawSeen | null {
  const parsed = RawChannel.safeParse(raw);
  if (!parsed.success) return null;
  const { id, name, created, topic, is_private: hidden, is_archived: archived, is_member: member } = parsed.data;
  return {
    id,
    name,
    topic: topic?.value ?? '',
    private: hidden ?? isPrivate,
    createdAt: created === undefined ? null : new Date(created * 1000),
    archived: archived ?? false,
    member: member ?? false,
    shared: parsed.data.is_ext_shared ?? false,
  };
}

/** Null: Slack shows us none with this id. */
export async function seenChannel({ client, log }: SlackContext, id: string): Promise<RawSeen | null> {
  try {
    const { channel } = await client.conversations.info({ channel: id });
    return channelOf(channel);
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    log.warn({ channel: id, why: error.data.error }, 'Slack does not show a channel');
    return null;
  }
}

/**
 * In a public channel, so that its card can be written and pinned there. Null: Slack does not let us in, or not now;
 * whoever writes the card tries again.
 */
export async function join({ client, log }: SlackContext, id: string): Promise<RawSeen | null> {
  try {
    const { channel } = await client.conversations.join({ channel: id });
    return channelOf(channel);
  } catch (error) {
    const why = error instanceof WebAPIPlatformError ? error.data.error : 'no answer';
    log.warn({ channel: id, why }, 'Slack does not let us into a channel for an incident');
    return null;
  }
}
