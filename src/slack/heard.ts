import type { SlackContext } from './context.ts';
import { directMessage, isDirect } from './events/direct-message.ts';
import { groupChanged } from './events/group-changed.ts';
import { homeOpened } from './events/home-opened.ts';
import {
  channelCreated,
  channelWasClosed,
  channelWasRenamed,
  channelWasUnarchived,
  isChannelOfIncident,
  isUs,
  weJoined,
} from './events/incident-channel.ts';
import { isChangeIn, messageChanged } from './events/incident-message.ts';
import { mention } from './events/mention.ts';
import { isPin, pinned, unpinned } from './events/pin-reaction.ts';

/** Events are settled with Slack before a listener runs; each decides itself whom it answers, and where. */
type EventListener = (context: SlackContext, body: unknown) => Promise<void>;

interface Subscription {
  readonly type: string;
  readonly listener: EventListener;
  /** Whether it is for the listener at all: asked first, of everything that is said, and so without the database. */
  readonly concerns?: (context: SlackContext, body: unknown) => boolean | Promise<boolean>;
}

/** Not in the manifest: Slack sends them only to who has the scope usergroups:read, and subscribed to them. */
export const optionalEvents: Readonly<Record<string, Subscription>> = {
  subteam_updated: { type: 'subteam_updated', listener: groupChanged },
  subteam_members_changed: { type: 'subteam_members_changed', listener: groupChanged },
};

/** By the name of their subscription. */
export const events: Readonly<Record<string, Subscription>> = {
  app_home_opened: { type: 'app_home_opened', listener: homeOpened },
  app_mention: { type: 'app_mention', listener: mention },
  'message.im': { type: 'message', listener: directMessage, concerns: isDirect },
  'message.channels': { type: 'message', listener: messageChanged, concerns: isChangeIn('channel') },
  'message.groups': { type: 'message', listener: messageChanged, concerns: isChangeIn('group') },
  reaction_added: { type: 'reaction_added', listener: pinned, concerns: isPin },
  reaction_removed: { type: 'reaction_removed', listener: unpinned, concerns: isPin },
  channel_created: { type: 'channel_created', listener: channelCreated, concerns: isChannelOfIncident },
  channel_rename: { type: 'channel_rename', listener: channelWasRenamed },
  group_rename: { type: 'group_rename', listener: channelWasRenamed },
  member_joined_channel: { type: 'member_joined_channel', listener: weJoined, concerns: isUs },
  channel_archive: { type: 'channel_archive', listener: channelWasClosed },
  group_archive: { type: 'group_archive', listener: channelWasClosed },
  channel_unarchive: { type: 'channel_unarchive', listener: channelWasUnarchived },
  group_unarchive: { type: 'group_unarchive', listener: channelWasUnarchived },
  channel_left: { type: 'channel_left', listener: channelWasClosed },
  group_left: { type: 'group_left', listener: channelWasClosed },
  channel_deleted: { type: 'channel_deleted', listener: channelWasClosed },
  group_deleted: { type: 'group_deleted', listener: channelWasClosed },
};
