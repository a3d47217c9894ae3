import { sayAlias, takeBackAlias } from '../../names/say-alias.ts';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home.ts';
import { nameOfBlock } from '../home-choice.ts';
import { onlyAdministrators, renderSaid, renderTakenBack } from '../messages/unmatched.ts';
import type { HomeRequest } from '../request.ts';

/** An administrator has said what a name is. What others have said before stands. */
export async function nameSaid(context: SlackContext, { asker, choice }: HomeRequest): Promise<void> {
  const about = nameOfBlock(choice.blockId);
  if (about === null) return publishHome(context, asker.id, asker);
  if (!asker.admin) return publishHome(context, asker.id, asker, onlyAdministrators);
  const { what, name: alias } = about;
  const alsoBy = { by: asker.id, now: context.now(), replace: false };
  const said = await sayAlias(context.db, context.catalog, { what, alias, name: choice.value, ...alsoBy });
  if (said.outcome === 'added') context.log.info({ ...said.alias, by: asker.id }, 'an alias was added');
  await publishHome(context, asker.id, asker, renderSaid(said));
}

/** Takes back what this very button was shown for. */
export async function nameTakenBack(context: SlackContext, { asker, choice }: HomeRequest): Promise<void> {
  const about = nameOfBlock(choice.blockId);
  if (about === null) return publishHome(context, asker.id, asker);
  if (!asker.admin) return publishHome(context, asker.id, asker, onlyAdministrators);
  const { what, name: alias } = about;
  const removed = await takeBackAlias(context.db, { what, alias, name: choice.value }, asker.id);
  if (removed !== null) context.log.info({ ...removed, by: asker.id }, 'an alias was removed');
  await publishHome(context, asker.id, asker, renderTakenBack(removed));
}
