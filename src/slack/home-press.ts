import { z } from 'zod';

/** A press or choice in the Home tab, as far as we read it (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  container: z.object({ type: z.literal('view'), view_id: z.string() }),
  trigger_id: z.string().default(''),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        block_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

export interface HomePress {
  readonly userId: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
  readonly actionId: string;
  readonly blockId: string;
  /** Null: of a button that is about nothing more than itself. */
  readonly value: string | null;
  /** The same for every copy of one press. */
  readonly key: string;
}

/** Null for a payload that is no press or choice in the Home tab. */
export function homePressOf(body: unknown): HomePress | null {
  const parsed = Payload.safeParse(body);
  const action = parsed.data?.actions[0];
  if (!parsed.success || action === undefined) return null;
  const { user, container, trigger_id: triggerId } = parsed.data;
  const { action_id: actionId, block_id: blockId } = action;
  return {
    userId: user.id,
    triggerId,
    actionId,
    blockId,
    value: action.selected_option?.value ?? action.value ?? null,
    key: `action:${[user.id, container.view_id, actionId, action.action_ts].join(':')}:${blockId}`,
  };
}
