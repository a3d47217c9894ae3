import type { Incident } from '../../domain/incidents/incident.ts';
import { resolveIncident } from '../../incidents/resolve.ts';
import type { SlackContext } from '../context.ts';
import { offersOf } from '../incident/backport-offers.ts';
import { incidentSeen } from '../incident/which.ts';
import { renderResolved, renderResolvedBefore } from '../modals/resolved.ts';
import { noChange } from '../modals/resolve.ts';
import { renderGone } from '../modals/told.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** Of two people who resolve it at once, the second reads who was first, and keeps what they wrote. */
export async function resolveSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const { i: id, c: channelId } = about;
  const incident =
    id === undefined
      ? null
      : await incidentSeen(context.db, id, { channelId, viewer: await context.viewerOf(asker.id) });
  if (incident === null) return show(renderGone());
  const now = context.now();
  const note = entered.text('note');
  const cause = causeOf(incident, entered.choice('cause'));
  const fixIds = entered.choices('fix');
  const said = await resolveIncident(context.db, incident.id, { ...cause, note, fixIds }, asker.id, now);
  switch (said.outcome) {
    case 'resolved': {
      const offers = await offersOf(context, fixIds);
      return show(renderResolved(said.incident, { measures: said.measures, offers }));
    }
    case 'already': {
      const { by, at } = said;
      return show(renderResolvedBefore(said.incident, { by, at, wrote: note, channelId, now }));
    }
    case 'not-in-timeline':
      return wrong(said.changeId === cause.causeId ? 'cause' : 'fix', 'That change is no longer in the timeline.');
    case 'no-reason':
      return wrong('note', cause.causeId === null ? 'Say what it was instead.' : 'Say in a few words how you know.');
    case 'gone':
      return show(renderGone());
  }
}

/** What is left empty says nothing, unless a cause stood there and was taken away. */
function causeOf(incident: Incident, chosen: string | null): { readonly causeId?: string | null } {
  if (chosen === noChange) return { causeId: null };
  if (chosen !== null) return { causeId: chosen };
  return incident.causeId === null ? {} : { causeId: null };
}
