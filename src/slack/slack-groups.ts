import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import type { SlackGroup } from '../domain/people/group.ts';
import { isMemberId } from '../domain/people/identity.ts';
import type { SlackGroups } from '../people/slack-groups.ts';
import { type SlackAccess, ownClient } from './own-client.ts';

/** As Slack says that it will not tell, whenever it is asked; `usergroups:read` is an optional scope. */
const refusals = new Set([
  'missing_scope',
  'plan_upgrade_required',
  'no_permission',
  'not_allowed_token_type',
  'access_denied',
  'team_access_not_granted',
]);
/** Milliseconds: all groups of a workspace with all their members are one answer, without pages. */
const longestAnswer = 20_000;

const Group = z.object({
  id: z.string().max(50),
  handle: z.string().min(1).max(200),
  date_delete: z.number().default(0),
  is_external: z.boolean().default(false),
  users: z.array(z.string().max(50)).default([]),
});

/** With a client of its own: what it asks delays no answer to anybody. */
export function createSlackGroups(access: SlackAccess): SlackGroups {
  const client = ownClient(access, longestAnswer);
  return {
    all: async () => {
      try {
        const { usergroups = [] } = await client.usergroups.list({ include_users: true, include_disabled: true });
        return { outcome: 'told', groups: usergroups.flatMap(groupIn) };
      } catch (error) {
        if (error instanceof WebAPIPlatformError && refusals.has(error.data.error))
          return { outcome: 'refused', why: error.data.error };
        throw error;
      }
    },
  };
}

/** Those of other organisations are not of this workspace. */
function groupIn(told: unknown): readonly SlackGroup[] {
  const group = Group.safeParse(told).data;
  if (group === undefined || group.is_external) return [];
  const { id, handle, users, date_delete: deleted } = group;
  return [{ id, handle, disabled: deleted !== 0, members: users.filter(isMemberId) }];
}
