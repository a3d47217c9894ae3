import { z } from 'zod';

/** A press of a button or a choice in a menu, as far as we read it (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  container: z.object({
    message_ts: z.string(),
    is_ephemeral: z.boolean().default(false),
    thread_ts: z.string().optional(),
  }),
  channel: z.object({ id: z.string(), name: z.string().nullish() }),
  trigger_id: z.string().default(''),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        block_id: z.string().default(''),
        action_ts: z.string(),
        value: z.string().default(''),
        selected_option: z.object({ value: z.string() }).nullish(),
        selected_options: z.array(z.object({ value: z.string() })).optional(),
      }),
    )
    .min(1),
});

export interface Click {
  readonly userId: string;
  readonly actionId: string;
  readonly blockId: string;
  /** Of the button, or of what was chosen in a menu. */
  readonly value: string;
  /** In a menu of several. */
  readonly values: readonly string[];
  readonly channelId: string;
  /** Without `#`; `privategroup` where Slack does not say it. */
  readonly channelName: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
  /** The same for every copy of one press. */
  readonly key: string;
  /** Of the message that holds the button. */
  readonly messageTs: string;
  /** Who sees that message: only who pressed; the two of us in direct messages; everybody in the channel. */
  readonly audience: 'asker' | 'direct' | 'channel';
  readonly threadTs: string | null;
}

/** Null for a payload that is no press of a button in a message. */
export function clickOf(body: unknown): Click | null {
  const parsed = Payload.safeParse(body);
  const action = parsed.data?.actions[0];
  if (!parsed.success || action === undefined) return null;
  const { user, container, channel } = parsed.data;
  return {
    userId: user.id,
    actionId: action.action_id,
    blockId: action.block_id,
    value: action.selected_option?.value ?? action.value,
    values: action.selected_options?.map(({ value }) => value) ?? [],
    channelId: channel.id,
    channelName: channel.name ?? '',
    triggerId: parsed.data.trigger_id,
    key: `action:${user.id}:${container.message_ts}:${action.action_id}:${action.action_ts}`,
    messageTs: container.message_ts,
    audience: audienceOf(container.is_ephemeral, channel.id),
    threadTs: container.thread_ts ?? null,
  };
}

function audienceOf(ephemeral: boolean, channelId: string): Click['audience'] {
  if (ephemeral) return 'asker';
  // Ids of direct messages begin with D.
  return channelId.startsWith('D') ? 'direct' : 'channel';
}
