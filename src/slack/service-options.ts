import type { PlainTextOption } from '@slack/types';
import { z } from 'zod';
import type { SlackContext } from './context.ts';
import { visibleNames } from '../domain/viewer.ts';
import { mostOptions, optionOf } from './modals/field.ts';
import { knownServices } from './modals/scope-fields.ts';

const Body = z.object({ user: z.object({ id: z.string() }), value: z.string().default('') });

/** Services whose names hold what was typed. Nothing for those who get no answers. */
export async function serviceOptions(context: SlackContext, body: unknown): Promise<readonly PlainTextOption[]> {
  const parsed = Body.safeParse(body);
  if (!parsed.success || (await context.who(parsed.data.user.id)).outcome === 'refused') return [];
  const typed = parsed.data.value.trim().toLowerCase();
  return knownServices(visibleNames(await context.vocabulary(), await context.viewerOf(parsed.data.user.id)))
    .filter((name) => name.toLowerCase().includes(typed))
    .flatMap((name) => optionOf(name, name) ?? [])
    .slice(0, mostOptions);
}
