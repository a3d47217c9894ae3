import type { Incident } from '../../domain/incidents/incident.ts';
import { isIncidentChannel, takeChannel } from '../../incidents/channel.ts';
import { type RawSeen, join } from '../channel-seen.ts';
import type { SlackContext } from '../context.ts';
import { channelTakesMessages } from '../posts.ts';

/**
 * A channel that may be an incident's: joined when it is public and we are not in it, so that the card can be written
 * and pinned. Null: its name is no incident's.
 */
export async function takeSeen(context: SlackContext, channel: RawSeen): Promise<Incident | null> {
  if (!isIncidentChannel(context.incidents, channel.name)) return null;
  const entered = channel.private || channel.member ? channel : await join(context, channel.id);
  if (entered !== null) await channelTakesMessages(context.db, channel.id);
  const taken = await takeChannel(context.incidents, entered ?? channel, context.now());
  return taken?.incident ?? null;
}
