import type { ConflictChoice } from '../conflict-choice.ts';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home.ts';
import { onlyAdministratorsDecide, renderDecided } from '../messages/conflicts.ts';
import type { Member } from '../who.ts';

/** An administrator says whose a name is that several people say is theirs. */
export async function conflictDecided(
  context: SlackContext,
  { asker, choice }: { readonly asker: Member; readonly choice: ConflictChoice },
): Promise<void> {
  const { identity, slackId } = choice;
  if (!asker.admin) return publishHome(context, asker.id, asker, onlyAdministratorsDecide);
  const decided = await context.people.decide({ identity, for: slackId, by: asker.id });
  context.log.info(
    { identity, for: slackId, by: asker.id, outcome: decided },
    'an administrator decided who somebody is',
  );
  await publishHome(context, asker.id, asker, renderDecided(decided, identity, slackId));
}
