import { createChannelIds } from './channel-ids.ts';
import { type DigestPostDependencies, tendDigests } from './post-digests.ts';
import { ownClient } from './own-client.ts';

export interface DigestsOptions extends Omit<DigestPostDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** Longer than Slack ever takes when it is well, a picture included. */
const longestAnswer = 8000;

/**
 * With a client of its own: whatever Slack makes it wait for, nobody waits for an incident's card meanwhile. It tries
 * nothing again by itself: a second try may be a second message.
 */
export function createDigests({ botToken, apiUrl, ...rest }: DigestsOptions): () => Promise<Date | null> {
  const client = ownClient({ botToken, apiUrl, log: rest.log }, longestAnswer);
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return () => tendDigests(dependencies);
}
