import type { Kysely } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { type Viewer, isHidden, seesEverything } from '../../domain/viewer.ts';
import { findIncident, incidentOfChannel } from '../../incidents/incident-rows.ts';

/** A private incident is there for its own channel only. Elsewhere it is as if there were none. */
export function isSeenIn(incident: Incident, channelId: string | null): boolean {
  return !incident.private || incident.channel?.id === channelId;
}

/**
 * The incident of this id as far as it may be seen from this channel. Null: there is none. One of a restricted service is
 * there for those who may see that, and in its own channel.
 */
export async function incidentSeen(
  db: Kysely<Schema>,
  id: string,
  { channelId, viewer }: { readonly channelId: string | null; readonly viewer: Viewer },
): Promise<Incident | null> {
  const incident = await findIncident(db, id);
  if (incident === null || !isSeenIn(incident, channelId)) return null;
  return isHidden(viewer, incident.services) && incident.channel?.id !== channelId ? null : incident;
}

/** The incident that the channel was made for, or that this one turned out to be. */
export async function incidentHere(db: Kysely<Schema>, channelId: string): Promise<Incident | null> {
  const incident = await incidentOfChannel(db, channelId);
  if (incident === null || incident.mergedInto === null) return incident;
  return incidentSeen(db, incident.mergedInto, { channelId, viewer: seesEverything });
}
