import { z } from 'zod';
import { lastDay } from '../../domain/question-defaults.ts';
import type { SlackContext } from '../context.ts';
import { renderHome } from '../messages/home.ts';
import { renderRefusal } from '../messages/refusal.ts';

const Body = z.object({ event: z.object({ user: z.string(), tab: z.string().optional() }) });

/** Shows what each person may see, made anew each time the Home tab is opened. */
export async function homeOpened(context: SlackContext, body: unknown): Promise<void> {
  const parsed = Body.safeParse(body);
  if (!parsed.success || parsed.data.event.tab === 'messages') return;
  const { user } = parsed.data.event;
  const asker = await context.who(user);
  const blocks =
    asker.outcome === 'refused' ? renderRefusal(asker.why).blocks : await homeBlocks(context, asker.timezone);
  await context.client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } });
}

async function homeBlocks(context: SlackContext, timezone: string) {
  const now = context.now();
  const asked = await context.ask(lastDay(now, context.defaultEnvironment), { timezone, now, limit: 20, cursor: null });
  return renderHome(asked.outcome === 'answer' ? asked.answer : null, { now, timezone }).blocks;
}
