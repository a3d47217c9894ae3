import type { Incident } from '../../domain/incident.ts';
import { suspectsOf } from '../../incidents/suspects.ts';
import type { SlackContext } from '../context.ts';
import { renderState } from '../messages/incident-state.ts';
import type { SlackMessage } from '../send.ts';
import type { Member } from '../who.ts';

/** How it stands, for one person; with what can be done about it, unless they only want to read. */
export async function showState(
  context: SlackContext,
  incident: Incident,
  { buttons }: { readonly buttons: boolean; readonly asker: Member },
): Promise<SlackMessage> {
  const now = context.now();
  const { ranking } = await suspectsOf(context.incidents, incident, now);
  return renderState(incident, { suspects: ranking.suspects, buttons, now });
}
