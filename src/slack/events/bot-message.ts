import { z } from 'zod';
import type { BotMessages, SlackContext } from '../context.ts';
import { firstTime } from '../once.ts';

const Author = z.looseObject({
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  user: z.string().nullish(),
  subtype: z.string().optional(),
  bot_profile: z.object({ app_id: z.string().optional() }).nullish(),
});

const Body = z.object({
  event_id: z.string().min(1).max(100),
  api_app_id: z.string().optional(),
  event: Author.extend({
    type: z.literal('message'),
    channel: z.string().min(1).max(50),
    message: Author.nullish(),
  }),
});
type Body = z.infer<typeof Body>;

/** Milliseconds for which a channel's name is believed. */
const nameLasts = 3_600_000;

/** Passes on what bots write, and edit, in the chosen channels. What people write, and what we write, is never kept. */
export function createBotMessageListener(context: SlackContext, { channels, take }: BotMessages) {
  const nameOf = createChannelNames(context);
  const byName = [...channels].some((channel) => channel.startsWith('#'));

  return async (body: unknown): Promise<void> => {
    const parsed = Body.safeParse(body);
    if (!parsed.success) return;
    const author = botOf(parsed.data);
    if (author === null || (await isOurs(author, parsed.data, context))) return;
    const { event, event_id: id } = parsed.data;
    const { previous_message: _before, ...kept } = event;
    const name = byName ? await nameOf(event.channel) : null;
    if (!channels.has(event.channel) && (name === null || !channels.has(`#${name}`))) return;
    if (!(await firstTime(context.db, `bot-message:${id}`, context.now()))) return;
    await take({ event_id: id, channel: { id: event.channel, name }, event: kept });
  };
}

/** Null: written by a person, or no message but news about one. */
function botOf({ event }: Body): z.infer<typeof Author> | null {
  const isEdit = event.subtype === 'message_changed';
  if (event.subtype !== undefined && event.subtype !== 'bot_message' && !isEdit) return null;
  const author = isEdit ? (event.message ?? null) : event;
  return author?.bot_id === undefined && author?.subtype !== 'bot_message' ? null : author;
}

async function isOurs(author: z.infer<typeof Author>, { api_app_id: app }: Body, context: SlackContext) {
  const written = author.app_id ?? author.bot_profile?.app_id;
  if (written !== undefined && written === app) return true;
  const known = await context.installation().catch(() => null);
  return known !== null && author.user === known.botUserId;
}

/** Names of channels by their id; null where Slack does not say. */
function createChannelNames({ client, log, now }: SlackContext): (id: string) => Promise<string | null> {
  const known = new Map<string, { readonly name: string | null; readonly until: number }>();
  return async (id) => {
    const held = known.get(id);
    if (held !== undefined && held.until > now().getTime()) return held.name;
    const name = await client.conversations.info({ channel: id }).then(
      ({ channel }) => channel?.name ?? null,
      (error: unknown) => {
        log.warn(
          { err: error, channel: id },
          'a channel’s name cannot be read: give the Slack app the scope channels:read, or write ids in slack_messages',
        );
        return null;
      },
    );
    known.set(id, { name, until: now().getTime() + nameLasts });
    return name;
  };
}
