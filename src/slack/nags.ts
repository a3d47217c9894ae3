import { WebClient } from '@slack/web-api';
import type { NagPlan } from '../backports/nags/plan.ts';
import type { Availability } from '../domain/nags/nag.ts';
import { createAvailability } from './availability.ts';
import { boltLogger } from './bolt-logger.ts';
import { createChannelIds } from './channel-ids.ts';
import { createDirectChannels } from './direct-channels.ts';
import { createInstallation } from './installation.ts';
import { type NagsDependencies, postNags } from './post-nags.ts';
import { createWho } from './who.ts';

export interface NagsOptions extends Omit<
  NagsDependencies,
  'channelIds' | 'client' | 'directChannel' | 'plan' | 'who'
> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly plan: (availability: (slackId: string) => Promise<Availability>, now: Date) => Promise<NagPlan>;
}

/** Longer than Slack ever takes when it is well. */
const longestAnswer = 5000;

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createNags({ botToken, apiUrl, plan, ...rest }: NagsOptions): () => Promise<void> {
  const { log, now } = rest;
  const client = new WebClient(botToken, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    logger: boltLogger(log),
    timeout: longestAnswer,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const availability = createAvailability({ client, log, now });
  const who = createWho({ client, installation: createInstallation(client), log, now });
  const dependencies: NagsDependencies = {
    ...rest,
    client,
    plan: (at) => plan(availability, at),
    channelIds: createChannelIds(client, now),
    directChannel: createDirectChannels(client),
    who,
  };
  return () => postNags(dependencies);
}
