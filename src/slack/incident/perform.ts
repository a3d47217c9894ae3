import type { IncidentCommand } from '../../domain/incidents/command.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { Corrected } from '../../incidents/correct.ts';
import { setScope, setSeverity, setStart, setTitle } from '../../incidents/correct.ts';
import { joinIncidents } from '../../incidents/join.ts';
import { addNote } from '../../incidents/notes.ts';
import { mitigate, reopen } from '../../incidents/resolve.ts';
import type { SlackContext } from '../context.ts';
import {
  renderAlready,
  renderCorrected,
  renderIsOpen,
  renderJoined,
  renderMitigated,
  renderNoted,
  renderNothingToNote,
  renderRefusedWish,
  renderReopened,
  renderUnknownIncident,
} from '../messages/incident-said.ts';
import type { SlackMessage } from '../send.ts';
import type { Member } from '../who.ts';
import { openCorrectModal, openResolveModal } from './modals.ts';
import { offerToPart } from './part.ts';
import { showState } from './state.ts';
import { attachTimeline } from './timeline.ts';
import { sayByWords } from './verdict.ts';
import { incidentSeen } from './which.ts';

/** Who wants something, and where. */
export interface Place {
  readonly asker: Member;
  readonly channelId: string;
  /** Opens a modal, for three seconds. */
  readonly triggerId: string;
}

export type Performable = Exclude<IncidentCommand, { do: 'start' }>;

/** Does what was asked with this incident, which the asker may see. Empty: a modal has been opened. */
export async function perform(
  context: SlackContext,
  place: Place,
  incident: Incident,
  command: Performable,
): Promise<readonly SlackMessage[]> {
  if (command.do === 'timeline') return attachTimeline(context, place, incident, command.privately);
  const answer = await performShort(context, place, incident, command);
  return answer === null ? [] : [answer];
}

async function performShort(
  context: SlackContext,
  place: Place,
  incident: Incident,
  command: Exclude<Performable, { do: 'timeline' }>,
): Promise<SlackMessage | null> {
  const { db } = context;
  const { id } = incident;
  const by = place.asker.id;
  const now = context.now();
  switch (command.do) {
    case 'show':
    case 'catchup':
      return showState(context, incident, { buttons: command.do === 'show' });
    case 'note': {
      const outcome = await addNote(db, id, { text: command.text, at: now, saidBy: by }, now);
      if (outcome === 'gone') return renderUnknownIncident(id);
      return outcome === 'empty' ? renderNothingToNote() : renderNoted(incident, command.text);
    }
    case 'resolve':
      return openResolveModal(context, place, incident, command.note);
    case 'part':
      return offerToPart(context, incident);
    case 'correct':
      return openCorrectModal(context, place, incident);
    case 'mitigated': {
      const said = await mitigate(db, id, { note: command.note }, by, now);
      if (said.outcome === 'gone') return renderUnknownIncident(id);
      if (said.outcome === 'mitigated') return renderMitigated(said.incident, said.measures);
      const what = said.incident.resolvedAt === null ? 'mitigated' : 'resolved';
      return renderAlready(said.incident, { what, by: said.by, at: said.at, now });
    }
    case 'reopen': {
      const said = await reopen(db, id, { why: '' }, by, now);
      if (said.outcome === 'gone') return renderUnknownIncident(id);
      return said.outcome === 'reopened' ? renderReopened(said.incident) : renderIsOpen(said.incident);
    }
    case 'verdict':
      return sayByWords(context, place, incident, { verdict: command.verdict, words: command.change });
    case 'start-time':
      return corrected(context, await setStart(db, id, command.at, by, now), incident, [
        ...command.notes,
        ...zoneNotes(place),
      ]);
    case 'scope':
      return corrected(context, await setScope(db, id, command, by, now), incident);
    case 'severity':
      return corrected(context, await setSeverity(db, id, command.severity, by, now), incident);
    case 'title':
      return corrected(context, await setTitle(db, id, command.title, by, now), incident);
    case 'join':
      return join(context, place, incident, command.other);
  }
}

function zoneNotes({ asker }: Place): readonly string[] {
  return asker.timezoneKnown ? [] : ['Slack does not say your time zone, so the time was read as UTC.'];
}

function corrected(
  { now }: SlackContext,
  said: Corrected,
  { id }: Incident,
  notes: readonly string[] = [],
): SlackMessage {
  switch (said.outcome) {
    case 'done':
      return renderCorrected(said.incident, notes, now());
    case 'gone':
      return renderUnknownIncident(id);
    case 'refused':
      return renderRefusedWish(said.why);
  }
}

/** The other one goes into this one: here is where people are. */
async function join(context: SlackContext, place: Place, incident: Incident, other: string): Promise<SlackMessage> {
  const { db } = context;
  const seen = await incidentSeen(db, other, {
    channelId: place.channelId,
    viewer: await context.viewerOf(place.asker.id),
  });
  if (seen === null) return renderUnknownIncident(other);
  if (seen.id === incident.id) return renderRefusedWish('They are one incident already.');
  const said = await joinIncidents(db, { from: seen.id, into: incident.id }, place.asker.id, context.now());
  switch (said.outcome) {
    case 'joined':
      return renderJoined(said.incident, other);
    case 'unchanged':
      return renderRefusedWish('They are one incident already.');
    case 'gone':
      return renderUnknownIncident(said.id);
    case 'refused':
      return renderRefusedWish(said.why);
  }
}
