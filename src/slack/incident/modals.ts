import type { Incident } from '../../domain/incidents/incident.ts';
import { suspectsOf } from '../../incidents/suspects.ts';
import type { SlackContext } from '../context.ts';
import { renderCorrectModal } from '../modals/correct.ts';
import { renderNoteModal } from '../modals/note.ts';
import { renderResolveModal } from '../modals/resolve.ts';
import { openModal } from '../open-modal.ts';
import { visibleNames } from '../../domain/viewer.ts';
import type { SlackMessage } from '../send.ts';
import { renderAlready } from '../messages/incident-said.ts';
import type { Place } from './perform.ts';
import { whoResolved } from './who-resolved.ts';

interface Where {
  readonly channelId: string;
  readonly triggerId: string;
}

/** Null: it is open. Who has resolved one already is told instead. */
export async function openResolveModal(
  context: SlackContext,
  { channelId, triggerId }: Where,
  incident: Incident,
  note = '',
): Promise<SlackMessage | null> {
  const now = context.now();
  if (incident.resolvedAt !== null) {
    const by = await whoResolved(context.db, incident.id);
    return renderAlready(incident, { what: 'resolved', by, at: incident.resolvedAt, now });
  }
  const found = await suspectsOf(context.incidents, incident, now);
  return openModal(context, triggerId, renderResolveModal({ incident, found, note, channelId, now }));
}

export async function openCorrectModal(
  context: SlackContext,
  { asker, channelId, triggerId }: Where & Pick<Place, 'asker'>,
  incident: Incident,
): Promise<SlackMessage | null> {
  const vocabulary = visibleNames(await context.vocabulary(), await context.viewerOf(asker.id));
  return openModal(context, triggerId, renderCorrectModal(incident, { vocabulary, channelId }));
}

export function openNoteModal(
  context: SlackContext,
  { channelId, triggerId }: Where,
  incident: Incident,
): Promise<SlackMessage | null> {
  return openModal(context, triggerId, renderNoteModal(incident, { channelId }));
}
