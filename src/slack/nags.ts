import type { NagPlan } from '../backports/nags/plan.ts';
import type { Availability } from '../domain/nags/nag.ts';
import { createAvailability } from './availability.ts';
import { createChannelIds } from './channel-ids.ts';
import { createDirectChannels } from './direct-channels.ts';
import { createInstallation } from './installation.ts';
import { type NagsDependencies, postNags } from './post-nags.ts';
import { createWho } from './who.ts';
import { ownClient } from './own-client.ts';

export interface NagsOptions extends Omit<
  NagsDependencies,
  'channelIds' | 'client' | 'directChannel' | 'plan' | 'who'
> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
  readonly plan: (availability: (slackId: string) => Promise<Availability>, now: Date) => Promise<NagPlan>;
}

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createNags({ botToken, apiUrl, plan, ...rest }: NagsOptions): () => Promise<void> {
  const { log, now } = rest;
  const client = ownClient({ botToken, apiUrl, log });
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
