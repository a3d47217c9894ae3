import type { WebClient } from '@slack/web-api';
import { z } from 'zod';

/** Null: the bot sees no channel of this name. */
export type ChannelIds = (nameOrId: string) => Promise<string | null>;

const Page = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Settings are read once, and channels are renamed. */
const lifetime = 10 * 60_000;
const mostPages = 20;

/** Ids of channels that settings name as people do. Slack is asked again after ten minutes. */
export function createChannelIds(client: WebClient, now: () => Date): ChannelIds {
  let known: { readonly ids: ReadonlyMap<string, string>; readonly until: number } | null = null;
  return async (nameOrId) => {
    if (!nameOrId.startsWith('#')) return nameOrId;
    if (known === null || known.until <= now().getTime()) {
      known = { ids: await listed(client), until: now().getTime() + lifetime };
    }
    return known.ids.get(nameOrId.slice(1).toLowerCase()) ?? null;
  };
}

async function listed(client: WebClient): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const { channels, response_metadata: next } = Page.parse(
      await client.conversations.list({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: 1000,
        ...(cursor === '' ? {} : { cursor }),
      }),
    );
    for (const { id, name } of channels) if (name !== undefined) ids.set(name.toLowerCase(), id);
    cursor = next?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return ids;
}
