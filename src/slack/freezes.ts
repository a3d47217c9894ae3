import { WebClient } from '@slack/web-api';
import { boltLogger } from './bolt-logger.ts';
import { createChannelIds } from './channel-ids.ts';
import { type FreezePostDependencies, postFreeze } from './post-freezes.ts';

export interface FreezesOptions extends Omit<FreezePostDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** Longer than Slack ever takes when it is well. */
const longestAnswer = 5000;

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createFreezes({
  botToken,
  apiUrl,
  ...rest
}: FreezesOptions): (changeId: string) => Promise<Date | null> {
  const client = new WebClient(botToken, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger: boltLogger(rest.log),
    timeout: longestAnswer,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (changeId) => postFreeze(dependencies, changeId);
}
