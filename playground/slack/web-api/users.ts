import { isObject, objectsOf, type JsonObject } from '../../json.ts';
import type { Person, Workspace } from '../workspace.ts';

/** The emulator's users have no time zone and are all full members. */
export function completeUsers(workspace: Workspace, method: string, response: JsonObject): JsonObject {
  if ((method === 'users.info' || method === 'users.lookupByEmail') && isObject(response['user'])) {
    return { ...response, user: completedUser(workspace, response['user']) };
  }
  if (method !== 'users.list') return response;
  return { ...response, members: objectsOf(response['members']).map((user) => completedUser(workspace, user)) };
}

function completedUser(workspace: Workspace, user: JsonObject): JsonObject {
  const person = workspace.people.find((each) => each.id === user['id']);
  if (person === undefined) return user;
  return { ...user, ...membershipFields(workspace, person), ...timezoneFields(person.timezone, new Date()) };
}

function membershipFields(workspace: Workspace, person: Person): JsonObject {
  return {
    team_id: person.teamId,
    deleted: workspace.deactivated.has(person.id),
    is_restricted: person.membership === 'guest',
    is_ultra_restricted: false,
    is_admin: person.admin === true,
    is_owner: false,
    is_stranger: person.membership === 'external' && person.teamId !== workspace.team.id,
  };
}

function timezoneFields(timezone: string, now: Date): JsonObject {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(now);
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(offset) ?? [];
  const seconds = (Number(hours) * 60 + Number(minutes)) * 60;
  return { tz: timezone, tz_label: timezone, tz_offset: sign === '-' ? -seconds : seconds };
}
