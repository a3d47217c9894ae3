import type { KnownBlock } from '@slack/types';
import { lastDay } from '../domain/question-defaults.ts';
import { readHome } from './home/read.ts';
import type { SlackContext } from './context.ts';
import { renderOwnChanges } from './messages/home-changes.ts';
import { renderServices } from './messages/home-services.ts';
import { renderWaiting } from './messages/home-waits.ts';
import { renderWishes } from './messages/home-wishes.ts';
import { renderHome } from './messages/home.ts';
import { renderRefusal } from './messages/refusal.ts';
import { renderConflicts } from './messages/conflicts.ts';
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

async function homeBlocks(context: SlackContext, asker: Member): Promise<readonly KnownBlock[]> {
  const now = context.now();
  const { timezone } = asker;
  const [asked, { own, waiting, standings, preferences, unmatched, ping }, conflicts] = await Promise.all([
    context.ask(lastDay(now, context.defaultEnvironment), {
      timezone,
      now,
      limit: 20,
      cursor: null,
      viewer: await context.viewerOf(asker.id),
    }),
    readHome(context, asker, now),
    asker.admin ? conflictBlocks(context, now) : [],
  ]);
  return renderHome(asked.outcome === 'answer' ? asked.answer : null, {
    now,
    timezone,
    above: [
      ...renderWaiting(waiting, asker),
      ...(own.outcome === 'failed' ? [] : renderOwnChanges(own.changes, { now, goal: context.defaultEnvironment })),
    ],
    below: [
      ...renderServices(standings, now),
      ...conflicts,
      ...(unmatched === null ? [] : renderUnmatched(unmatched, now)),
      ...(preferences === null ? [] : renderWishes(preferences)),
    ],
    ping,
    publicUrl: context.home.publicUrl,
  }).blocks;
}

/** Names that several people say are theirs. */
async function conflictBlocks({ people, who }: SlackContext, now: Date): Promise<readonly KnownBlock[]> {
  const conflicts = await people.conflicts();
  const ids = new Set(conflicts.shown.flatMap((each) => each.people));
  const names = new Map<string, string>();
  for (const id of ids) {
    const member = await who(id);
    if (member.outcome === 'member') names.set(id, member.name);
  }
  return renderConflicts(conflicts, (id) => names.get(id) ?? id, now);
}
