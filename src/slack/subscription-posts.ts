import { type SubscriptionDependencies, postSubscription } from './post-subscription.ts';
import { ownClient } from './own-client.ts';

export interface SubscriptionPostsOptions extends Omit<SubscriptionDependencies, 'client'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createSubscriptionPosts({ botToken, apiUrl, ...rest }: SubscriptionPostsOptions) {
  const client = ownClient({ botToken, apiUrl, log: rest.log });
  return (subscriptionId: string) => postSubscription({ ...rest, client }, subscriptionId);
}
