import { WebClient } from '@slack/web-api';
import { boltLogger } from './bolt-logger.ts';
import { type SubscriptionDependencies, postSubscription } from './post-subscription.ts';

export interface SubscriptionPostsOptions extends Omit<SubscriptionDependencies, 'client'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** Longer than Slack ever takes when it is well. */
const longestAnswer = 5000;

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createSubscriptionPosts({ botToken, apiUrl, ...rest }: SubscriptionPostsOptions) {
  const client = new WebClient(botToken, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger: boltLogger(rest.log),
    timeout: longestAnswer,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  return (subscriptionId: string) => postSubscription({ ...rest, client }, subscriptionId);
}
