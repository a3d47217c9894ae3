import { createChannelIds } from './channel-ids.ts';
import { type AlarmDependencies, postAlarms } from './post-alarms.ts';
import { ownClient } from './own-client.ts';

export interface AlarmsOptions extends Omit<AlarmDependencies, 'client' | 'channelIds'> {
  readonly botToken: string;
  /** Null: Slack itself. */
  readonly apiUrl: string | null;
}

/** With a client of its own, which tries nothing again by itself: a second try may be a second message. */
export function createAlarms({ botToken, apiUrl, ...rest }: AlarmsOptions) {
  const client = ownClient({ botToken, apiUrl, log: rest.log });
  const dependencies = { ...rest, client, channelIds: createChannelIds(client, rest.now) };
  return (payload: Parameters<typeof postAlarms>[1]) => postAlarms(dependencies, payload);
}
