import { createChannelIds } from './channel-ids.ts';
import { type GuardPostDependencies, postGuard } from './post-guards.ts';
import { ownClient } from './own-client.ts';

export interface GuardsOptions extends Omit<GuardPostDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createGuards({ botToken, apiUrl, ...rest }: GuardsOptions): (changeId: string) => Promise<Date | null> {
  const client = ownClient({ botToken, apiUrl, log: rest.log });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (changeId) => postGuard(dependencies, changeId);
}
