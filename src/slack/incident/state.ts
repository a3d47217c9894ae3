import { catchUpOf } from '../../domain/incidents/catch-up.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { storyOf } from '../../incidents/story.ts';
import type { SlackContext } from '../context.ts';
import { renderCatchUp } from '../messages/catch-up.ts';
import { stateButtons } from '../messages/incident-state.ts';
import type { SlackMessage } from '../send.ts';

/** How it stands in ten lines, for one person; with what can be done about it, unless they only want to read. */
export async function showState(
  context: SlackContext,
  incident: Incident,
  { buttons }: { readonly buttons: boolean },
): Promise<SlackMessage> {
  const now = context.now();
  const { text, blocks } = renderCatchUp(catchUpOf(await storyOf(context.incidents, incident, now)), now);
  return { text, blocks: buttons ? [...blocks, stateButtons(incident)] : blocks };
}
