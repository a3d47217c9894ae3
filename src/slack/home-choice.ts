import { z } from 'zod';
import type { Nameable } from '../domain/alias.ts';

/** A press or choice in the Home tab, as far as we read it (docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  container: z.object({ type: z.literal('view'), view_id: z.string() }),
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

export interface HomeChoice {
  readonly userId: string;
  /** The name that it is about. */
  readonly what: Nameable;
  readonly name: string;
  readonly value: string;
  /** The same for every copy of one press. */
  readonly key: string;
}

/** Ids of blocks about a name, at most 255 characters as Slack wants them. */
export function nameBlockId(what: Nameable, name: string): string {
  return `names:${what}:${name}`;
}

/** Null for a payload that is no choice about a name in the Home tab. */
export function homeChoiceOf(body: unknown): HomeChoice | null {
  const press = homePressOf(body);
  const about = press === null ? null : nameOfBlock(press.blockId);
  if (press === null || about === null) return null;
  const { userId, value, key } = press;
  return { userId, ...about, value, key };
}

export interface HomePress extends Pick<HomeChoice, 'userId' | 'value' | 'key'> {
  readonly blockId: string;
}

/** Null for a payload that is no press or choice in the Home tab. */
export function homePressOf(body: unknown): HomePress | null {
  const parsed = Payload.safeParse(body);
  const action = parsed.data?.actions[0];
  if (!parsed.success || action === undefined) return null;
  const value = action.selected_option?.value ?? action.value;
  if (value === undefined) return null;
  const { user, container } = parsed.data;
  const press = [user.id, container.view_id, action.action_id, action.action_ts];
  return { userId: user.id, blockId: action.block_id, value, key: `action:${press.join(':')}:${action.block_id}` };
}

export function nameOfBlock(blockId: string): { readonly what: Nameable; readonly name: string } | null {
  const [, what, name] = /^names:(service|environment):(.+)$/su.exec(blockId) ?? [];
  return name === undefined ? null : { what: what === 'service' ? 'service' : 'environment', name };
}
