import type { GroupProblem } from './group.ts';

/** What is wrong with a group that owns a restricted service, without a full stop. */
export function groupProblemLine({ named, problem }: GroupProblem): string {
  const group = /^[A-Z]/.test(named) ? named : `@${named}`;
  return `the group ${group} owns a restricted service and nobody of it sees it: ${whyOf(problem)}`;
}

function whyOf(problem: GroupProblem['problem']): string {
  switch (problem.why) {
    case 'refused':
      return problem.said === 'missing_scope'
        ? 'the scope usergroups:read, which is optional, was not granted'
        : `Slack does not tell who is in groups (${problem.said})`;
    case 'stale':
      return `Slack has not told who is in it since ${problem.since.toISOString()}`;
    case 'unread':
      return 'Slack has not been asked who is in it yet';
    case 'unknown':
      return 'Slack has no such group, and it is nobody of the people in the settings';
    case 'disabled':
      return 'it is disabled in Slack';
    case 'ambiguous':
      return 'Slack has several groups that are called so';
  }
}

/** What to do about it. */
export function groupProblemMend({ problem }: GroupProblem): string {
  switch (problem.why) {
    case 'refused':
      return problem.said === 'missing_scope'
        ? 'add usergroups:read under oauth_config.scopes.bot of the app’s manifest and install it again, or name people as owners (docs/restricted.md)'
        : 'name people as owners in place of the group (docs/restricted.md)';
    case 'stale':
      return 'the log says why Slack cannot be asked';
    case 'unread':
      return 'start the service with these settings, with access to Slack';
    case 'unknown':
      return 'name the group by its id or its handle of today, or people, as owners (docs/restricted.md)';
    case 'disabled':
      return 'enable it in Slack, or name other owners';
    case 'ambiguous':
      return 'name the group by its id (docs/restricted.md)';
  }
}
