import type { Incident } from '../../domain/incidents/incident.ts';
import { isIncidentChannel } from '../../incidents/channel.ts';
import { setTitle } from '../../incidents/correct.ts';
import { servicesNamed } from '../../domain/services-named.ts';
import { seenChannel } from '../channel-seen.ts';
import { takeSeen } from './take.ts';
import { visibleNames } from '../../domain/viewer.ts';
import type { SlackContext } from '../context.ts';
import { renderStartedHere, renderThereIsOne } from '../messages/incident-said.ts';
import { renderStartModal } from '../modals/start.ts';
import type { QuotedMessage } from '../modals/note.ts';
import { openModal } from '../open-modal.ts';
import type { SlackMessage } from '../send.ts';
import type { Place } from './perform.ts';
import { incidentHere } from './which.ts';

/** In a channel made for an incident, the one of that channel; anywhere else a modal that says where its card will be. */
export async function start(
  context: SlackContext,
  place: Place & { readonly channelName: string },
  title: string,
): Promise<SlackMessage | null> {
  const now = context.now();
  const there = await incidentHere(context.db, place.channelId);
  if (there !== null) return renderThereIsOne(there, title, now);
  const taken = await takeHere(context, place);
  if (taken !== null) return renderStartedHere(title === '' ? taken : await called(context, taken, title, place));
  return openStartModal(context, place, { title, startedAt: now, message: null });
}

/** Null: it is open. */
export async function openStartModal(
  context: SlackContext,
  { asker, channelId, triggerId }: Pick<Place, 'asker' | 'channelId' | 'triggerId'>,
  {
    title,
    startedAt,
    message,
  }: { readonly title: string; readonly startedAt: Date; readonly message: QuotedMessage | null },
): Promise<SlackMessage | null> {
  const vocabulary = visibleNames(await context.vocabulary(), await context.viewerOf(asker.id));
  const services = servicesNamed(message?.text ?? title, vocabulary);
  const environment = context.defaultEnvironment;
  const cardChannel = context.cardChannelOf({ services, environment });
  const view = { title, environment, services, startedAt, vocabulary, channelId, cardChannel, message };
  return openModal(context, triggerId, renderStartModal(view));
}

/** Null: its name is no incident's. What Slack does not show us of a channel, such as a private one, is not taken. */
async function takeHere(
  context: SlackContext,
  { channelId, channelName }: Place & { readonly channelName: string },
): Promise<Incident | null> {
  const named = isIncidentChannel(context.incidents, channelName) || channelName === 'privategroup';
  const channel = named ? await seenChannel(context, channelId) : null;
  return channel === null ? null : takeSeen(context, channel);
}

async function called(context: SlackContext, incident: Incident, title: string, { asker }: Place): Promise<Incident> {
  const said = await setTitle(context.db, incident.id, title, asker.id, context.now());
  return said.outcome === 'done' ? said.incident : incident;
}
