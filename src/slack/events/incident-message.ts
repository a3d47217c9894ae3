import { z } from 'zod';
import { channelTopicSet } from '../../incidents/channel.ts';
import { noteDeleted, noteEdited } from '../../incidents/notes.ts';
import type { SlackContext } from '../context.ts';
import { spoken } from '../spoken-text.ts';

const Ts = z.string().regex(/^\d{1,12}\.\d{1,6}$/);
const ChannelType = z.enum(['channel', 'group']);
const channel = z.string().min(1).max(50);

/** What becomes of a message: nothing else that is written in a channel is read. */
const Event = z.discriminatedUnion('subtype', [
  z.object({
    subtype: z.literal('message_changed'),
    channel_type: ChannelType,
    channel,
    message: z.object({
      ts: Ts,
      text: z.string().default(''),
      subtype: z.string().optional(),
      app_id: z.string().optional(),
      bot_profile: z.object({ app_id: z.string().optional() }).nullish(),
    }),
    previous_message: z.object({ text: z.string().optional() }).nullish(),
  }),
  z.object({ subtype: z.literal('message_deleted'), channel_type: ChannelType, channel, deleted_ts: Ts }),
  z.object({ subtype: z.literal('channel_topic'), channel_type: ChannelType, channel, topic: z.string().default('') }),
  z.object({ subtype: z.literal('group_topic'), channel_type: ChannelType, channel, topic: z.string().default('') }),
]);
type Event = z.infer<typeof Event>;

const Body = z.object({ api_app_id: z.string().optional(), event: Event });

/** Edits, deletions and topics; told without asking anybody. Our own edits, such as of cards, are none. */
export function isChangeIn(channelType: 'channel' | 'group') {
  return (_context: SlackContext, body: unknown): boolean => changeOf(body)?.channel_type === channelType;
}

/** Notes say what their messages say, and go when these do; a topic tells what an incident is about. */
export async function messageChanged(context: SlackContext, body: unknown): Promise<void> {
  const event = changeOf(body);
  if (event === null) return;
  const { db, now } = context;
  const { channel: channelId } = event;
  switch (event.subtype) {
    case 'message_changed': {
      const { ts, text, subtype } = event.message;
      // What is left of a deleted message that has answers.
      if (subtype === 'tombstone') await noteDeleted(db, { channelId, ts }, now());
      else await noteEdited(db, { channelId, ts, text: await spoken(context, text) }, now());
      return;
    }
    case 'message_deleted':
      await noteDeleted(db, { channelId, ts: event.deleted_ts }, now());
      return;
    case 'channel_topic':
    case 'group_topic':
      await channelTopicSet(context.incidents, { id: channelId, topic: event.topic }, now());
  }
}

function changeOf(body: unknown): Event | null {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return null;
  const { event, api_app_id: app } = parsed.data;
  if (event.subtype !== 'message_changed') return event;
  const { message, previous_message: before } = event;
  const writer = message.app_id ?? message.bot_profile?.app_id;
  if (writer !== undefined && writer === app) return null;
  // Slack also tells of previews that it adds, and of answers in a thread.
  return message.subtype !== 'tombstone' && before?.text === message.text ? null : event;
}
