import { randomInt } from 'node:crypto';
import type { Events } from './channel-changes.ts';
import { groupObject } from './web-api/usergroups.ts';
import { nextTs, type Group, type Workspace } from './workspace.ts';

/** More are not in the event (docs.slack.dev/reference/events/subteam_updated). */
const mostInEvent = 500;

export function createGroup(workspace: Workspace, { handle, people }: Pick<Group, 'handle' | 'people'>): string {
  const at = new Date();
  const id = `S0${String(randomInt(10_000_000)).padStart(7, '0')}`;
  workspace.groups.push({ id, handle: free(workspace, handle), people, disabled: null, created: at, updated: at });
  return id;
}

/** The events that the app may see. */
export function changeGroup(
  workspace: Workspace,
  id: string,
  change: Partial<Pick<Group, 'handle' | 'people'>> & { readonly disabled?: boolean },
): Events {
  const index = workspace.groups.findIndex((each) => each.id === id);
  const before = workspace.groups[index];
  if (before === undefined) throw new Error(`No group ${id} in this workspace.`);
  const updated = new Date();
  const { handle = before.handle, people = before.people, disabled = before.disabled !== null } = change;
  if (handle !== before.handle) free(workspace, handle);
  const group: Group = { ...before, handle, people, disabled: disabled ? updated : null, updated };
  workspace.groups[index] = group;
  return [
    {
      type: 'subteam_updated',
      subteam: { ...groupObject(workspace, group, true), users: people.slice(0, mostInEvent) },
      event_ts: nextTs(),
    },
    ...membersChanged(workspace, before, group),
  ];
}

function membersChanged({ team }: Workspace, before: Group, after: Group): Events {
  const added = after.people.filter((each) => !before.people.includes(each));
  const removed = before.people.filter((each) => !after.people.includes(each));
  if (added.length + removed.length === 0) return [];
  const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
  return [
    {
      type: 'subteam_members_changed',
      subteam_id: after.id,
      team_id: team.id,
      date_previous_update: seconds(before.updated),
      date_update: seconds(after.updated),
      added_users: added,
      added_users_count: String(added.length),
      removed_users: removed,
      removed_users_count: String(removed.length),
      event_ts: nextTs(),
    },
  ];
}

/** A handle is of one group that is not disabled. */
function free({ groups }: Workspace, handle: string): string {
  if (groups.some((each) => each.handle === handle && each.disabled === null))
    throw new Error(`There is a group @${handle} already.`);
  return handle;
}
