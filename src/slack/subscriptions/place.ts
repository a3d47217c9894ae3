import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import { join, seenChannel } from '../channel-seen.ts';
import type { SlackContext } from '../context.ts';
import type { Member } from '../who.ts';

const Members = z.object({
  members: z.array(z.string()).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Of a thousand. No private channel that people can read has more. */
const mostPages = 20;
const invite = 'Invite me there first: write /invite @sincewhen in that channel.';

/**
 * Whether this person may have a channel told something, and we can write there; null: yes, otherwise why not, as a
 * sentence. A private channel is as unknown to those who are not in it as one that is not there. `seen`: it was asked
 * for in the channel itself.
 */
export async function problemOfPlace(
  context: SlackContext,
  asker: Member,
  { channelId, seen }: { readonly channelId: string; readonly seen: boolean },
): Promise<string | null> {
  const unknown = `I see no such channel. ${invite}`;
  if (!/^[CG]/.test(channelId)) return 'That is no channel: I tell channels only.';
  const channel = await seenChannel(context, channelId);
  if (channel === null) return unknown;
  if (channel.private && !seen && !(await isMember(context, channelId, asker.id))) return unknown;
  if (channel.archived) return 'That channel is archived.';
  if (channel.shared) return 'Other organisations read that channel: what changes here is not told there.';
  if (channel.member) return null;
  if (channel.private) return unknown;
  return (await join(context, channelId)) === null ? `Slack does not let me into that channel. ${invite}` : null;
}

async function isMember({ client, log }: SlackContext, channel: string, userId: string): Promise<boolean> {
  let cursor = '';
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const { members, response_metadata: next } = Members.parse(
        await client.conversations.members({ channel, limit: 1000, ...(cursor === '' ? {} : { cursor }) }),
      );
      if (members.includes(userId)) return true;
      cursor = next?.next_cursor ?? '';
      if (cursor === '') return false;
    }
  } catch (error) {
    if (!(error instanceof WebAPIPlatformError)) throw error;
    log.warn({ channel, why: error.data.error }, 'Slack does not say who is in a channel');
  }
  return false;
}
