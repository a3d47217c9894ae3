import { createChannelIds } from './channel-ids.ts';
import { type RefreshDependencies, refreshCard } from './refresh-card.ts';
import { ownClient } from './own-client.ts';

export interface CardsOptions extends Omit<RefreshDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/**
 * Keeps the cards of incidents, with a client of its own: an answer or a digest that Slack wants to have slower must
 * never delay a card.
 */
export function createCards({ botToken, apiUrl, ...rest }: CardsOptions): (incidentId: string) => Promise<void> {
  const client = ownClient({ botToken, apiUrl, log: rest.log });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (incidentId) => refreshCard(dependencies, incidentId);
}
