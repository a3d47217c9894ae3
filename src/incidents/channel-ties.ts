import type { Transaction } from 'kysely';
import type { Schema } from '../database/schema.ts';
import {
  type ChannelTie,
  type MadeChannel,
  incidentNamedBy,
  incidentOfChannel,
} from '../domain/incidents/channel-join.ts';
import { channelWords } from '../domain/incidents/channel-words.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { KnownIncident } from '../domain/incidents/candidate.ts';
import { onsetOf } from '../domain/incidents/onset.ts';
import { outsideText } from '../domain/outside-text.ts';
import { catalogWith } from '../timeline/aliases.ts';
import type { SeenChannel } from './channel.ts';
import type { IncidentContext } from './context.ts';
import { addEntry } from './entries.ts';
import { findIncident, lockIncident } from './incident-rows.ts';
import { mergeIncidents } from './join.ts';
import { everyKnownName } from './known.ts';
import { knownIncidents } from './known-incidents.ts';
import { neighboursIn } from './neighbours.ts';
import { mostServices } from './open.ts';
import { refreshCards } from './refresh.ts';
import { reopenLocked } from './resolve.ts';

const day = 86_400_000;

export async function madeChannel(
  trx: Transaction<Schema>,
  { catalog, channelPattern }: IncidentContext,
  channel: SeenChannel,
  now: Date,
): Promise<MadeChannel> {
  const words = channelWords(channel, channelPattern, await everyKnownName(trx, catalog));
  return { ...channel, words, madeAt: onsetOf(channel.createdAt ?? now, now).at };
}

/** To an incident without a channel. A name that is no incident's has to be the one that a signal gives. */
export async function tieOf(
  trx: Transaction<Schema>,
  context: IncidentContext,
  channel: MadeChannel,
  now: Date,
): Promise<ChannelTie | null> {
  const catalog = await catalogWith(trx, context.catalog);
  const incidents = await recentIncidents(trx, context, now);
  if (!context.channelPattern.test(channel.name)) return incidentNamedBy(withoutWords(channel), incidents);
  const { defaultEnvironment } = context;
  return incidentOfChannel(channel, incidents, { defaultEnvironment, areNeighbours: neighboursIn(catalog) });
}

/** What people write into the name and topic of any channel makes it no incident's. */
function withoutWords(channel: MadeChannel): MadeChannel {
  return { ...channel, topic: '', words: { ...channel.words, numbers: [] } };
}

async function recentIncidents(
  trx: Transaction<Schema>,
  context: IncidentContext,
  now: Date,
): Promise<readonly KnownIncident[]> {
  const catalog = await catalogWith(trx, context.catalog);
  return knownIncidents(trx, { since: new Date(now.getTime() - day), subjects: [], catalog });
}

/** From now on people work on it there, also when its alerts are over by then. */
export async function giveChannel(
  trx: Transaction<Schema>,
  { incidentId, why }: ChannelTie,
  channel: MadeChannel,
  now: Date,
): Promise<Incident> {
  const incident = await lockIncident(trx, incidentId);
  if (incident === null) throw new Error('an incident that was known is not there');
  const { words } = channel;
  const scope = incident.said.scope
    ? {}
    : {
        environment: words.environment ?? incident.environment,
        services: [...new Set([...incident.services, ...words.services])].slice(0, mostServices),
      };
  await trx
    .updateTable('incidents')
    .set({
      channel_id: channel.id,
      channel_name: channel.name,
      channel_topic: outsideText(channel.topic, 1000) ?? null,
      private: incident.private || channel.private,
      ...scope,
    })
    .where('id', '=', incident.id)
    .execute();
  const text = `#${channel.name} (${why})`;
  await addEntry(trx, incident.id, { kind: 'channel', at: now, text, saidBy: null }, now);
  if (incident.resolvedAt !== null) await reopenLocked(trx, incident, `#${channel.name} was made`, null, now);
  await refreshCards(trx, [incident.id], now);
  return (await findIncident(trx, incident.id)) ?? incident;
}

/** A topic that speaks of a page shows that the incident of that page is one with the channel's. */
export async function joinNamed(
  trx: Transaction<Schema>,
  context: IncidentContext,
  { channel, into }: { readonly channel: SeenChannel; readonly into: Incident },
  now: Date,
): Promise<Incident> {
  const made = { ...(await madeChannel(trx, context, channel, now)), madeAt: now };
  const tie = incidentNamedBy(made, await recentIncidents(trx, context, now));
  if (tie === null || tie.incidentId === into.id) return into;
  const from = await lockIncident(trx, tie.incidentId);
  const locked = await lockIncident(trx, into.id);
  if (from === null || locked === null || from.id === locked.id) return into;
  return mergeIncidents(trx, { from, into: locked }, null, now);
}
