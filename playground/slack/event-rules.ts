import { textOf, type JsonObject } from '../json.ts';

/** The scopes without which Slack does not send an event of the Events API (docs.slack.dev/reference/events). */
const scopes: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  channel_archive: 'channels:read',
  channel_created: 'channels:read',
  channel_deleted: 'channels:read',
  channel_left: 'channels:read',
  channel_rename: 'channels:read',
  channel_unarchive: 'channels:read',
  group_archive: 'groups:read',
  group_deleted: 'groups:read',
  group_left: 'groups:read',
  group_rename: 'groups:read',
  group_unarchive: 'groups:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  pin_added: 'pins:read',
  pin_removed: 'pins:read',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
  subteam_members_changed: 'usergroups:read',
  subteam_updated: 'usergroups:read',
};

const messageKinds: Readonly<Record<string, string>> = {
  channel: 'message.channels',
  group: 'message.groups',
  im: 'message.im',
};

/** What the manifest calls an event: `message.channels` for a message in a public channel. */
export function subscriptionOf(event: JsonObject): string {
  const type = textOf(event['type']);
  return type === 'message' ? (messageKinds[textOf(event['channel_type'])] ?? type) : type;
}

/** Whether Slack sends an event that the app may see: it is subscribed to and the scopes allow it. Null: everything. */
export function isWanted(
  event: JsonObject,
  allowed: { readonly events: readonly string[] | null; readonly scopes: readonly string[] | null },
): boolean {
  const subscribed = allowed.events === null || allowed.events.includes(subscriptionOf(event));
  const needed = scopeOf(event);
  return subscribed && (needed === null || allowed.scopes === null || allowed.scopes.includes(needed));
}

function scopeOf(event: JsonObject): string | null {
  if (textOf(event['type']).startsWith('member_'))
    return event['channel_type'] === 'G' ? 'groups:read' : 'channels:read';
  return scopes[subscriptionOf(event)] ?? null;
}
