import { z } from 'zod';
import type { Commit, PullRequest } from '../domain/event.ts';
import type { CommitRange } from '../git/range.ts';

/** As much of Octokit as is used here. */
export interface GitHubApi {
  request(route: string, parameters: Readonly<Record<string, string | number>>): Promise<{ readonly data: unknown }>;
}

/** Asked for the pull requests of so many commits of one deploy; each is a request. */
const mostLookups = 30;

const CommitEntry = z
  .object({
    sha: z.string(),
    html_url: z.string().nullish(),
    commit: z.object({ message: z.string(), author: z.object({ name: z.string().nullish(), email: z.string().nullish() }).nullish() }),
    author: z.object({ login: z.string() }).nullish(),
  })
  .transform(({ sha, html_url: url, commit, author }): Commit => {
    const { name, email } = commit.author ?? {};
    const title = (commit.message.split('\n', 1)[0] ?? '').slice(0, 300);
    return {
      sha,
      title,
      author: { ...(author ? { login: author.login } : {}), ...(name ? { name } : {}), ...(email ? { email } : {}) },
      ...(url ? { url } : {}),
    };
  });

const Comparison = z.object({
  status: z.enum(['ahead', 'behind', 'diverged', 'identical']),
  ahead_by: z.number(),
  behind_by: z.number(),
  commits: z.array(CommitEntry),
});

/** GitHub lists at most 250 commits of a comparison, oldest first. Rejects when it cannot be asked now. */
export async function compareCommits(
  api: GitHubApi,
  { repository, from, to }: { readonly repository: string; readonly from: string; readonly to: string },
): Promise<{ readonly outcome: 'range'; readonly range: CommitRange } | { readonly outcome: 'unreadable'; readonly why: string }> {
  const compared = await compare(api, repository, from, to);
  if (compared === null) return { outcome: 'unreadable', why: `GitHub does not know both commits of ${repository}` };
  if (compared.status !== 'behind') {
    const { ahead_by: total, behind_by: lost, commits } = compared;
    return { outcome: 'range', range: { direction: 'forward', commits: commits.toReversed(), total, lost } };
  }
  const reversed = await compare(api, repository, to, from);
  const commits = reversed?.commits.toReversed() ?? [];
  return { outcome: 'range', range: { direction: 'backward', commits, total: compared.behind_by, lost: compared.behind_by } };
}

async function compare(api: GitHubApi, repository: string, base: string, head: string) {
  const [owner = '', repo = ''] = repository.split('/');
  try {
    const { data } = await api.request('GET /repos/{owner}/{repo}/compare/{basehead}', { owner, repo, basehead: `${base}...${head}` });
    return Comparison.parse(data);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw new Error(`GitHub could not compare two commits of ${repository}`, { cause: error });
  }
}

const Pulls = z.array(
  z.object({
    number: z.number(),
    title: z.string(),
    html_url: z.string(),
    merged_at: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  }),
);

/** The merged pull requests that brought these commits; what GitHub does not know is left out. */
export async function pullRequestsOf(
  api: GitHubApi,
  repository: string,
  commits: readonly Commit[],
): Promise<readonly PullRequest[]> {
  const [owner = '', repo = ''] = repository.split('/');
  const found = new Map<number, PullRequest>();
  for (const { sha } of commits.slice(0, mostLookups)) {
    for (const pull of await pullsOf(api, { owner, repo, commit_sha: sha })) {
      if (!pull.merged_at) continue;
      const author = pull.user ? { author: { login: pull.user.login } } : {};
      found.set(pull.number, { repository, number: pull.number, title: pull.title, url: pull.html_url, ...author });
    }
  }
  return [...found.values()];
}

async function pullsOf(api: GitHubApi, parameters: Readonly<Record<string, string>>) {
  try {
    return Pulls.parse((await api.request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', parameters)).data);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw new Error('GitHub could not tell the pull requests of a commit', { cause: error });
  }
}

/** 404: not there or not ours to see. 409: an empty repository. 422: no such commit. */
function isNotFound(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : null;
  return status === 404 || status === 409 || status === 422;
}
