import { createChannelIds } from './channel-ids.ts';
import { type FreezePostDependencies, postFreeze } from './post-freezes.ts';
import { ownClient } from './own-client.ts';

export interface FreezesOptions extends Omit<FreezePostDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createFreezes({
  botToken,
  apiUrl,
  ...rest
}: FreezesOptions): (changeId: string) => Promise<Date | null> {
  const client = ownClient({ botToken, apiUrl, log: rest.log });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (changeId) => postFreeze(dependencies, changeId);
}
