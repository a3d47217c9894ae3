import { z } from 'zod';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home.ts';

const Body = z.object({ event: z.object({ user: z.string(), tab: z.string().optional() }) });

export async function homeOpened(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Body.safeParse(body);
  if (!parsed.success || parsed.data.event.tab === 'messages') return;
  const { user } = parsed.data.event;
  await publishHome(context, user, await context.who(user));
}
