import { WebClient } from '@slack/web-api';
import { boltLogger } from './bolt-logger.ts';
import { createChannelIds } from './channel-ids.ts';
import { type RefreshDependencies, refreshCard } from './refresh-card.ts';

export interface CardsOptions extends Omit<RefreshDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** Longer than Slack ever takes when it is well. */
const longestAnswer = 5000;

/**
 * Keeps the cards of incidents, with a client of its own: an answer or a digest that Slack wants to have slower must
 * never delay a card.
 */
export function createCards({ botToken, apiUrl, ...rest }: CardsOptions): (incidentId: string) => Promise<void> {
  const client = new WebClient(botToken, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger: boltLogger(rest.log),
    timeout: longestAnswer,
    // The job comes back; a client that tried again by itself could post twice.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (incidentId) => refreshCard(dependencies, incidentId);
}
