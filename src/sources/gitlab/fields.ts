import { z } from 'zod';
import type { Actor, Statement } from '../../domain/event.ts';
import { WebUrl, actorOf, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';

/** A branch that is new has this before it, one that is no more after it. */
export const noCommit = '0'.repeat(40);

/** `<group>/…/<name>`, lower-case: GitLab treats paths that differ in case as equal. */
const Path = text(151).transform((path) =>
  path !== undefined && /^[^\s/@#]+(?:\/[^\s/@#]+)+$/.test(path) && path.length <= 150 ? path.toLowerCase() : undefined,
);

const ProjectFields = z.object({
  path_with_namespace: Path,
  default_branch: text(250),
  web_url: WebUrl,
  git_ssh_url: text(500),
  git_http_url: text(500),
});

export interface Project {
  readonly full_name: string;
  readonly default_branch: string | undefined;
  readonly url: string | undefined;
}

/** Named as GitHub's repository is: what happens to their branches is judged alike. */
export const Project = ProjectFields.transform((project, context): Project => {
  const { path_with_namespace: path, git_ssh_url: ssh, git_http_url: http, web_url: url } = project;
  // Below a folder of its host, a project's web address says more than its path.
  const full_name = path ?? repositoryOfUrl(ssh) ?? repositoryOfUrl(http) ?? repositoryOfUrl(url);
  if (full_name !== undefined) return { full_name, default_branch: project.default_branch, url };
  context.addIssue({ code: 'custom', message: 'has no path', path: ['path_with_namespace'] });
  return z.NEVER;
});

/** What jobs have in place of a project, or had before GitLab 16: `homepage` is its `web_url`. */
export const OldRepository = z
  .object({ homepage: WebUrl, git_ssh_url: text(500), git_http_url: text(500) })
  .nullish()
  .transform((old): Project | undefined => {
    const full_name =
      repositoryOfUrl(old?.git_ssh_url) ?? repositoryOfUrl(old?.git_http_url) ?? repositoryOfUrl(old?.homepage);
    return full_name === undefined ? undefined : { full_name, default_branch: undefined, url: old?.homepage };
  });

/** GitLab's page for what lies between two commits. */
export function compareUrlOf({ url }: Project): string | undefined {
  return url === undefined ? undefined : `${url}/-/compare/{from}...{to}`;
}

/** GitLab writes `[REDACTED]` for an address that its owner does not publish. */
const Email = text(320).transform((email) => (email?.includes('@') === true ? email : undefined));

export const User = z
  .object({ username: text(100), name: text(200), email: Email })
  .nullish()
  .transform((user): Actor | undefined => actorOf({ login: user?.username, name: user?.name, email: user?.email }));

/** Whoever wrote a commit, as git knows them. */
export const Author = z
  .object({ name: text(200), email: Email })
  .nullish()
  .transform((author): Actor | undefined => actorOf({ name: author?.name, email: author?.email }));

/** A time that GitLab tells in some versions or states and not in others. */
export function timeOr(receivedAt: Date, time: Date | null | undefined): Pick<Statement, 'occurredAt' | 'clock'> {
  return time === null || time === undefined
    ? { occurredAt: receivedAt.toISOString(), clock: 'received' }
    : { occurredAt: time.toISOString(), clock: 'source' };
}
