import { parseBackportsCommand } from '../../domain/backports/command.ts';
import { visibleNames } from '../../domain/viewer.ts';
import { showBackports } from '../backports/show.ts';
import type { SlackContext } from '../context.ts';
import { renderBackportsHelp } from '../messages/backports-help.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import type { CommandRequest } from '../request.ts';
import { type SlackMessage, privately } from '../send.ts';
import { spoken } from '../spoken-text.ts';

/** In characters as Slack sends them. */
const longest = 4000;

export async function backports(context: SlackContext, request: CommandRequest): Promise<void> {
  await request.respond(privately(await answerTo(context, request)));
}

async function answerTo(context: SlackContext, { asker, text }: CommandRequest): Promise<SlackMessage> {
  const [words, all] = await Promise.all([spoken(context, text.slice(0, longest)), context.vocabulary()]);
  const read = parseBackportsCommand(words, visibleNames(all, await context.viewerOf(asker.id)));
  switch (read.outcome) {
    case 'help':
      return renderBackportsHelp();
    case 'not-understood': {
      const examples = read.examples.map((example) => `/backports ${example}`);
      return renderNotUnderstood({ read: read.read, problem: read.problem, examples });
    }
    case 'list':
      return showBackports(context, asker, { mine: read.mine, service: read.service, offset: 0 });
  }
}
