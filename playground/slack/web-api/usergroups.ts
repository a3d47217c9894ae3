import type { JsonObject } from '../../json.ts';
import type { Group, Workspace } from '../workspace.ts';
import { isTrue } from './arguments.ts';
import type { Method } from './method.ts';

const inSeconds = (at: Date) => Math.floor(at.getTime() / 1000);

/** All at once: the list has no pages (docs.slack.dev/reference/methods/usergroups.list). */
export const usergroups: Readonly<Record<string, Method>> = {
  'usergroups.list': {
    scopes: ['usergroups:read'],
    answer: ({ workspace }, args) => ({
      usergroups: workspace.groups
        .filter(({ disabled }) => disabled === null || isTrue(args['include_disabled']))
        .map((group) => groupObject(workspace, group, isTrue(args['include_users']))),
    }),
  },
};

export function groupObject({ team }: Workspace, group: Group, withUsers: boolean): JsonObject {
  return {
    id: group.id,
    team_id: team.id,
    is_usergroup: true,
    is_subteam: true,
    name: group.handle,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: inSeconds(group.created),
    date_update: inSeconds(group.updated),
    date_delete: group.disabled === null ? 0 : inSeconds(group.disabled),
    auto_type: null,
    prefs: { channels: [], groups: [] },
    user_count: group.people.length,
    ...(withUsers ? { users: group.people } : {}),
  };
}
