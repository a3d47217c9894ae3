import type { JsonObject } from '../json.ts';
import type { Channel, Workspace } from './workspace.ts';

/** A channel as Slack gives it in answers and events (docs.slack.dev/reference/objects/conversation-object). */
export function rawChannel(workspace: Workspace, channel: Channel): JsonObject {
  if (channel.direct) return rawDirect(workspace, channel);
  const shared = workspace.people.some((each) => each.membership === 'external' && channel.people.includes(each.id));
  return {
    ...named(channel),
    // Groups are the private channels made before March 2021.
    is_group: false,
    is_im: false,
    is_private: channel.private,
    is_archived: channel.archived,
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    is_pending_ext_shared: false,
    is_frozen: false,
    is_member: channel.bot,
    context_team_id: workspace.team.id,
    creator: channel.creator,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    num_members: channel.people.length + (channel.bot ? 1 : 0),
  };
}

/** What the events about a changed name hold. */
export function named({ id, name, created }: Channel): JsonObject {
  return {
    id,
    name,
    name_normalized: name,
    created: Math.floor(created.getTime() / 1000),
    is_channel: true,
    is_mpim: false,
  };
}

function rawDirect(workspace: Workspace, { id, people, created }: Channel): JsonObject {
  return {
    id,
    created: Math.floor(created.getTime() / 1000),
    is_im: true,
    is_archived: false,
    is_org_shared: false,
    context_team_id: workspace.team.id,
    user: people[0],
    is_user_deleted: false,
  };
}
