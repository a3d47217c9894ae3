import { z } from 'zod';

/** A message shortcut, as far as we read it (docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload). */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: z.string(),
  channel: z.object({ id: z.string(), name: z.string().default('') }),
  message: z.object({
    ts: z.string().regex(/^\d{1,12}\.\d{1,6}$/),
    text: z.string().default(''),
    user: z.string().optional(),
  }),
});

export interface Pressed {
  readonly userId: string;
  readonly triggerId: string;
  readonly channelId: string;
  readonly message: {
    readonly ts: string;
    /** As Slack sends it, with its markup. */
    readonly text: string;
    /** Null: written by a bot without a user. */
    readonly userId: string | null;
  };
  /** The same for every copy of one press. */
  readonly key: string;
}

/** Null for a payload that is no shortcut on a message. */
export function pressOf(body: unknown): Pressed | null {
  const parsed = Payload.safeParse(body);
  if (!parsed.success) return null;
  const { user, trigger_id: triggerId, channel, message } = parsed.data;
  return {
    userId: user.id,
    triggerId,
    channelId: channel.id,
    message: { ts: message.ts, text: message.text, userId: message.user ?? null },
    key: `shortcut:${triggerId}`,
  };
}
