import type { KnownBlock } from '@slack/types';
import { lastDay } from '../domain/question-defaults.ts';
import { unmatchedNames } from '../timeline/unmatched-names.ts';
import type { SlackContext } from './context.ts';
import { renderHome } from './messages/home.ts';
import { renderRefusal } from './messages/refusal.ts';
import { renderUnmatched } from './messages/unmatched.ts';
import type { Asker, Member } from './who.ts';

/** Shows what each person may see, made anew each time. `notice`: what comes first, about what they have just done. */
export async function publishHome(
  context: SlackContext,
  userId: string,
  asker: Asker,
  notice: readonly KnownBlock[] = [],
): Promise<void> {
  const blocks =
    asker.outcome === 'refused' ? renderRefusal(asker.why).blocks : [...notice, ...(await homeBlocks(context, asker))];
  await context.client.views.publish({ user_id: userId, view: { type: 'home', blocks: [...blocks] } });
}

async function homeBlocks(context: SlackContext, { id, timezone, admin }: Member): Promise<readonly KnownBlock[]> {
  const now = context.now();
  const [asked, unmatched] = await Promise.all([
    context.ask(lastDay(now, context.defaultEnvironment), {
      timezone,
      now,
      limit: 20,
      cursor: null,
      viewer: context.viewerOf(id),
    }),
    admin ? unmatchedNames(context.db, context.catalog, now) : null,
  ]);
  const answer = asked.outcome === 'answer' ? asked.answer : null;
  const names = unmatched === null ? [] : renderUnmatched(unmatched, now);
  return renderHome(answer, { now, timezone, names }).blocks;
}
