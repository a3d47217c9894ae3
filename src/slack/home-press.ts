import { z } from 'zod';

/** A press of a button in the Home tab that is about nothing more than itself. */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  container: z.object({ type: z.literal('view'), view_id: z.string() }),
  trigger_id: z.string().default(''),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string() })).min(1),
});

export interface HomePress {
  readonly userId: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
  /** The same for every copy of one press. */
  readonly key: string;
}

export function homePressOf(body: unknown): HomePress | null {
  const parsed = Payload.safeParse(body);
  const action = parsed.data?.actions[0];
  if (!parsed.success || action === undefined) return null;
  const { user, container, trigger_id: triggerId } = parsed.data;
  const press = [user.id, container.view_id, action.action_id, action.action_ts];
  return { userId: user.id, triggerId, key: `action:${press.join(':')}` };
}
