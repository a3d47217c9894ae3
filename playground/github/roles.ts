import type { Repository } from '../repositories.ts';
import { developers, owner, type Login, type RepositoryName } from '../story/day.ts';

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

/** As GitHub told roles before it had five of them, and still does. */
const permissions: Readonly<Record<Role, 'admin' | 'write' | 'read'>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

interface Known {
  readonly repositories: ReadonlyMap<RepositoryName, Repository>;
  readonly roles: ReadonlyMap<Login, Role>;
}

/** What somebody may do in a repository, by GitHub's API. Null: asked about something else. */
export function answerPermission(path: string, { repositories, roles }: Known) {
  const [, name, who = ''] = new RegExp(`^/repos/${owner}/(\\w+)/collaborators/([^/]+)/permission$`).exec(path) ?? [];
  if (name === undefined) return null;
  const login = decodeURIComponent(who).toLowerCase();
  const isThere = [...repositories.values()].some((each) => each.name === name);
  if (!isThere || !isLogin(login)) return { status: 404, body: { message: `${who} is not a user` } };
  const role = roleOf(login, roles);
  const user = {
    login,
    id: developers[login].id,
    type: 'User',
    role_name: role,
    permissions: {
      pull: true,
      triage: role !== 'read',
      push: mayPush(role),
      maintain: role === 'maintain' || role === 'admin',
      admin: role === 'admin',
    },
  };
  return { status: 200, body: { permission: permissions[role], role_name: role, user } };
}

export function roleOf(login: Login, roles: ReadonlyMap<Login, Role>): Role {
  return roles.get(login) ?? (login === 'ada' ? 'admin' : 'write');
}

export function mayPush(role: Role): boolean {
  return permissions[role] !== 'read';
}

export function isLogin(value: unknown): value is Login {
  return typeof value === 'string' && Object.hasOwn(developers, value);
}
