import { z } from 'zod';
import type { Commit, PullRequest } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
import { type RangeRead, earliest } from '../git/range.ts';

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
    commit: z.object({
      message: z.string(),
      author: z
        .object({ name: z.string().nullish(), email: z.string().nullish(), date: z.string().nullish() })
        .nullish(),
    }),
    author: z.object({ login: z.string() }).nullish(),
  })
  .transform(({ sha, html_url: url, commit, author }) => {
    const name = outsideText(commit.author?.name, 200);
    const email = outsideText(commit.author?.email, 320);
    const said: Commit = {
      sha,
      title: outsideText(commit.message.trimStart().split('\n', 1)[0], 300) ?? '(no message)',
      author: {
        ...(author ? { login: author.login } : {}),
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
      },
      ...(url ? { url } : {}),
    };
    return { said, authoredAt: commit.author?.date ?? null };
  });

const Comparison = z.object({
  ahead_by: z.number(),
  behind_by: z.number(),
  commits: z.array(CommitEntry),
});

/** GitHub lists at most 250 commits of a comparison, oldest first. */
export async function compareCommits(
  api: GitHubApi,
  { repository, from, to }: { readonly repository: string; readonly from: string; readonly to: string },
): Promise<RangeRead> {
  try {
    const { ahead_by: gained, behind_by: lost, commits } = await compare(api, repository, from, to);
    const backward = gained === 0 && lost > 0;
    if (!backward) {
      return { outcome: 'range', range: { direction: 'forward', ...listed(commits), total: gained, lost } };
    }
    const taken = await compare(api, repository, to, from);
    return { outcome: 'range', range: { direction: 'backward', ...listed(taken.commits), total: lost, lost } };
  } catch (error) {
    if (isRefusal(error)) {
      return { outcome: 'unreadable', why: `GitHub does not show both commits of ${repository}`, again: false };
    }
    const said = error instanceof Error ? error.message : String(error);
    return { outcome: 'unreadable', why: `GitHub could not be asked (${said.slice(0, 200)})`, again: true };
  }
}

function listed(entries: readonly z.output<typeof CommitEntry>[]) {
  const firstAuthoredAt = earliest(
    entries.flatMap(({ authoredAt }) => (authoredAt === null ? [] : [new Date(authoredAt)])),
  );
  const commits = entries.map(({ said }) => said).toReversed();
  return { commits, ...(firstAuthoredAt === null ? {} : { firstAuthoredAt }) };
}

async function compare(api: GitHubApi, repository: string, base: string, head: string) {
  const [owner = '', repo = ''] = repository.split('/');
  const { data } = await api.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    owner,
    repo,
    basehead: `${base}...${head}`,
  });
  return Comparison.parse(data);
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
    if (isRefusal(error)) return [];
    throw new Error('GitHub could not tell the pull requests of a commit', { cause: error });
  }
}

/** 401, 403, 404: not there or not ours to see. 409: an empty repository. 422: no such commit. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof Error && 'status' in error ? error.status : null;
  if (status === 403) return !isRateLimit(error);
  return status === 401 || status === 404 || status === 409 || status === 422;
}

/** GitHub says 403 both for what may not be seen and for asking too much; only the latter tells when to ask again. */
function isRateLimit(error: unknown): boolean {
  const limited = RateLimited.safeParse(error);
  if (!limited.success) return false;
  const { headers } = limited.data.response;
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
}

const RateLimited = z.object({
  response: z.object({
    headers: z.object({ 'retry-after': z.unknown(), 'x-ratelimit-remaining': z.unknown() }).partial(),
  }),
});
