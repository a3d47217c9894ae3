import type { PlainTextOption } from '@slack/types';
import { z } from 'zod';
import { catalogWith } from '../timeline/aliases.ts';
import { visibleCatalog } from '../domain/viewer.ts';
import type { SlackContext } from './context.ts';
import { nameOfBlock } from './home-choice.ts';
import { mostOptions, optionOf } from './messages/unmatched.ts';

const Body = z.object({ user: z.object({ id: z.string() }), block_id: z.string(), value: z.string().default('') });

/** What a menu that is asked while somebody types may offer: names that hold what was typed. Nothing for others than administrators. */
export async function knownNameOptions(context: SlackContext, body: unknown): Promise<readonly PlainTextOption[]> {
  const parsed = Body.safeParse(body);
  const about = parsed.success ? nameOfBlock(parsed.data.block_id) : null;
  if (!parsed.success || about === null) return [];
  const asker = await context.who(parsed.data.user.id);
  if (asker.outcome === 'refused' || !asker.admin) return [];
  const viewer = await context.viewerOf(asker.id);
  const { services, environments } = visibleCatalog(await catalogWith(context.db, context.catalog), viewer);
  const known = about.what === 'service' ? services.map(({ name }) => name) : [...new Set(environments.values())];
  const typed = parsed.data.value.trim().toLowerCase();
  return known
    .filter((name) => name.toLowerCase().includes(typed))
    .toSorted()
    .flatMap(optionOf)
    .slice(0, mostOptions);
}
