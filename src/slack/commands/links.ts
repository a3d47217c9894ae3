import type { LinkCommand } from '../../domain/people/link-command.ts';
import type { SlackContext } from '../context.ts';
import { renderClaimed, renderLinkProblem, renderLinks, renderUnclaimed } from '../messages/links.ts';
import type { SlackMessage } from '../send.ts';
import type { Member } from '../who.ts';

/** What somebody says of who they are elsewhere, and what came of it. */
export async function answerLink(context: SlackContext, asker: Member, command: LinkCommand): Promise<SlackMessage> {
  const { people, log } = context;
  switch (command.verb) {
    case 'not-understood':
      return renderLinkProblem(command.problem);
    case 'links':
      return renderLinks(await people.linksOf(asker.id));
    case 'unlink': {
      const unclaimed = await people.unclaim({ identity: command.identity, by: asker.id });
      log.info({ identity: command.identity, by: asker.id, outcome: unclaimed }, 'somebody took back who they are');
      return renderUnclaimed(unclaimed, command.identity);
    }
    case 'link': {
      const { kind, identity } = command;
      const claimed = await people.claim({ kind, identity, by: asker.id });
      log.info({ kind, identity, by: asker.id, outcome: claimed.outcome }, 'somebody said who they are');
      return renderClaimed(claimed, identity);
    }
  }
}
