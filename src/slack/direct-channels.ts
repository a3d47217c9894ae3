import { WebAPIPlatformError, type WebClient } from '@slack/web-api';

/** `never`: nobody can write to them. `why`: Slack's own word. */
export type DirectChannel =
  | { readonly outcome: 'open'; readonly id: string }
  | { readonly outcome: 'never' | 'not-now'; readonly why: string };

const mostRemembered = 5000;
const never = new Set([
  'user_not_found',
  'user_disabled',
  'user_not_visible',
  'cannot_dm_bot',
  'channel_not_found',
  'users_not_found',
]);

/** The direct messages with a person. Throws while Slack cannot be asked. */
export function createDirectChannels(client: WebClient): (slackId: string) => Promise<DirectChannel> {
  const known = new Map<string, string>();
  return async (users) => {
    const found = known.get(users);
    if (found !== undefined) return { outcome: 'open', id: found };
    try {
      const { channel } = await client.conversations.open({ users });
      if (channel?.id === undefined) throw new Error('Slack told no id of direct messages.');
      if (known.size < mostRemembered) known.set(users, channel.id);
      return { outcome: 'open', id: channel.id };
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError)) throw error;
      const why = error.data.error;
      return { outcome: never.has(why) ? 'never' : 'not-now', why };
    }
  };
}
