import { z } from 'zod';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home.ts';
import { welcomeWith } from '../home/welcome-with.ts';

const Body = z.object({ event: z.object({ user: z.string(), tab: z.string().optional() }) });

export async function homeOpened(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return;
  const { user, tab } = parsed.data.event;
  const asker = await context.who(user);
  if (tab !== 'messages') await publishHome(context, user, asker);
  if (asker.outcome === 'member') await welcomeWith(context, asker);
}
