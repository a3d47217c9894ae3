import { lastDay } from '../../domain/question-defaults.ts';
import { sourceTitle } from '../../domain/source-title.ts';
import { lastPing } from '../../timeline/source-pings.ts';
import type { SlackContext } from '../context.ts';
import type { Member } from '../who.ts';

/** With what has come in by now. That somebody cannot be welcomed is no failure of what they opened. */
export async function welcomeWith(context: SlackContext, asker: Member): Promise<void> {
  const { db, ask, log, welcome, defaultEnvironment } = context;
  const now = context.now();
  const { timezone } = asker;
  try {
    await welcome(asker, async () => {
      const [asked, ping] = await Promise.all([
        ask(lastDay(now, defaultEnvironment), {
          timezone,
          now,
          limit: 1,
          cursor: null,
          viewer: await context.viewerOf(asker.id),
        }),
        lastPing(db),
      ]);
      return {
        coverage: asked.outcome === 'answer' ? asked.answer.coverage : [],
        ping: ping === null ? null : { title: sourceTitle(ping.source), at: ping.at },
      };
    });
  } catch (error) {
    log.warn({ err: error }, 'somebody could not be welcomed');
  }
}
