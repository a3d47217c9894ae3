import { catchUpOf } from '../../domain/catch-up.ts';
import type { Incident } from '../../domain/incident.ts';
import { storyOf } from '../../incidents/story.ts';
import { suspectsOf } from '../../incidents/suspects.ts';
import type { SlackContext } from '../context.ts';
import { renderCatchUp } from '../messages/catch-up.ts';
import { renderState } from '../messages/incident-state.ts';
import type { SlackMessage } from '../send.ts';
import type { Member } from '../who.ts';

/** How it stands, for one person: with what can be done about it, or in ten lines for whoever comes late. */
export async function showState(
  context: SlackContext,
  incident: Incident,
  { buttons }: { readonly buttons: boolean; readonly asker: Member },
): Promise<SlackMessage> {
  const now = context.now();
  if (!buttons) return renderCatchUp(catchUpOf(await storyOf(context.incidents, incident, now)), now);
  const { ranking } = await suspectsOf(context.incidents, incident, now);
  return renderState(incident, { suspects: ranking.suspects, buttons, now });
}
