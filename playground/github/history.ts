import { parseObject, type JsonObject } from '../json.ts';
import { git, type CommitInRepository, type Repository } from '../repositories.ts';
import type { SentDelivery } from '../github.ts';
import type { GitHubDelivery } from '../story/telling.ts';
import { day, developers, owner, type RepositoryName } from '../story/day.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

interface Known {
  readonly repositories: ReadonlyMap<RepositoryName, Repository>;
  readonly sent: readonly SentDelivery[];
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly redeliver?: GitHubDelivery;
}

const notFound: Answered = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' },
};

/** The endpoints that emulate lacks or cannot answer about real commits; null for all others. */
export async function answerFromHistory(asked: Asked, known: Known): Promise<Answered | null> {
  const hooks = /^\/(?:repos\/acme\/\w+|orgs\/acme|app)\/hooks?(?:\/1)?(?:\/(.*))?$/.exec(asked.path);
  if (hooks !== null) return answerAboutHook(asked, known, hooks[1] ?? '');
  const [, name, rest] = /^\/repos\/acme\/(\w+)\/(.+)$/.exec(asked.path) ?? [];
  const repository = [...known.repositories.values()].find((each) => each.name === name);
  if (repository === undefined || rest === undefined || asked.method !== 'GET') return null;
  const [, base, head] = /^compare\/(.+)\.\.\.(.+)$/.exec(decodeURIComponent(rest)) ?? [];
  if (base !== undefined && head !== undefined) return compare(repository, base, head);
  const [, of, what] = /^commits\/([^/]+)(?:\/(pulls))?$/.exec(rest) ?? [];
  if (of !== undefined) return what === 'pulls' ? pullsOf(repository, of) : commitOf(repository, of);
  const [, number, part] = /^pulls\/(\d+)(?:\/(commits|reviews))?$/.exec(rest) ?? [];
  return number === undefined ? null : pullRequest(repository, Number(number), part);
}

async function resolve(repository: Repository, ref: string): Promise<string | null> {
  const sha = await git(repository.folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ]).catch(() => '');
  return sha.trim() || null;
}

async function compare(repository: Repository, base: string, head: string): Promise<Answered> {
  const [from, to] = await Promise.all([resolve(repository, base), resolve(repository, head)]);
  if (from === null || to === null) return notFound;
  const list = async (range: string) =>
    (await git(repository.folder, ['rev-list', '--reverse', range])).split('\n').filter(Boolean);
  const [ahead, behind] = await Promise.all([list(`${from}..${to}`), list(`${to}..${from}`)]);
  const files = (await git(repository.folder, ['diff', '--name-status', `${from}...${to}`]))
    .split('\n')
    .filter(Boolean);
  const status =
    ahead.length > 0 ? (behind.length > 0 ? 'diverged' : 'ahead') : behind.length > 0 ? 'behind' : 'identical';
  return {
    status: 200,
    body: {
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      html_url: `https://github.com/${repository.fullName}/compare/${base}...${head}`,
      base_commit: { sha: from },
      merge_base_commit: { sha: (await git(repository.folder, ['merge-base', from, to])).trim() },
      commits: ahead.map((sha) => commitBody(repository, sha)),
      files: files.map((line) => ({
        filename: line.split('\t')[1],
        status: line.startsWith('A') ? 'added' : 'modified',
      })),
    },
  };
}

async function commitOf(repository: Repository, ref: string): Promise<Answered> {
  const sha = await resolve(repository, decodeURIComponent(ref));
  return sha === null ? notFound : { status: 200, body: commitBody(repository, sha) };
}

async function pullsOf(repository: Repository, ref: string): Promise<Answered> {
  const sha = await resolve(repository, decodeURIComponent(ref));
  const number = repository.commits.find((each) => each.sha === sha)?.pullRequest ?? null;
  return sha === null ? notFound : { status: 200, body: number === null ? [] : [pullBody(repository, number)] };
}

function pullRequest(repository: Repository, number: number, part: string | undefined): Answered {
  const step = stepOf(repository, number);
  if (step === undefined) return notFound;
  const merged = mergeOf(repository, number);
  if (part === 'commits')
    return { status: 200, body: merged === undefined ? [] : [commitBody(repository, merged.sha)] };
  if (part !== 'reviews') return { status: 200, body: pullBody(repository, number) };
  const reviews =
    step.approvedBy === null
      ? []
      : [
          {
            id: number,
            state: 'APPROVED',
            user: { login: step.approvedBy },
            submitted_at: merged?.at.toISOString(),
            commit_id: repository.heads.get(number),
          },
        ];
  return { status: 200, body: reviews };
}

function stepOf(repository: Repository, number: number) {
  return day
    .filter((step) => step.type === 'pull-request')
    .find((step) => step.repository === repository.name && step.number === number);
}

function mergeOf(repository: Repository, number: number): CommitInRepository | undefined {
  return repository.commits.find((each) => each.pullRequest === number);
}

function pullBody(repository: Repository, number: number): JsonObject {
  const step = stepOf(repository, number);
  const merged = mergeOf(repository, number);
  return {
    number,
    title: step?.title,
    state: 'closed',
    html_url: `https://github.com/${repository.fullName}/pull/${number}`,
    user: { login: step?.author },
    merged: true,
    merged_at: merged?.at.toISOString(),
    merged_by: { login: step?.mergedBy },
    merge_commit_sha: merged?.sha,
    base: { ref: 'main', sha: merged?.parent, repo: { full_name: repository.fullName } },
    head: { ref: `pull-${number}`, sha: repository.heads.get(number) },
  };
}

function commitBody(repository: Repository, sha: string): JsonObject {
  const commit = repository.commits.find((each) => each.sha === sha);
  const developer = commit === undefined ? undefined : developers[commit.author];
  const signature = { name: developer?.name, email: developer?.email, date: commit?.at.toISOString() };
  return {
    sha,
    html_url: `https://github.com/${repository.fullName}/commit/${sha}`,
    commit: { message: commit?.title ?? '', author: signature, committer: signature },
    author: commit === undefined ? null : { login: commit.author },
    parents: commit?.parent === null || commit === undefined ? [] : [{ sha: commit.parent }],
  };
}

/** One hook, for all of the organisation. */
function answerAboutHook({ method, path, query }: Asked, { sent }: Known, rest: string): Answered {
  const hook = {
    id: 1,
    type: 'Organization',
    name: 'web',
    active: true,
    events: ['*'],
    config: { content_type: 'json' },
  };
  if (rest === '') return { status: 200, body: path.endsWith('/hooks') ? [hook] : hook };
  if (rest === 'deliveries') return { status: 200, body: page(sent, query) };
  const [, id, attempt] = /^deliveries\/(\d+)(\/attempts)?$/.exec(rest) ?? [];
  const found = sent.find((each) => String(each.id) === id);
  if (found === undefined) return notFound;
  if (attempt !== undefined && method === 'POST') return { status: 202, body: {}, redeliver: found.delivery };
  const { delivery } = found;
  return {
    status: 200,
    body: {
      ...deliveryBody(found, sent),
      request: {
        headers: { 'X-GitHub-Delivery': delivery.guid, 'X-GitHub-Event': delivery.event, 'X-GitHub-Hook-ID': '1' },
        payload: parseObject(delivery.body),
      },
      response: { headers: {}, payload: null },
    },
  };
}

/** Newest first, with the cursor that GitHub pages by. */
function page(sent: readonly SentDelivery[], query: URLSearchParams): readonly JsonObject[] {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  return sent
    .toReversed()
    .slice(0, size)
    .map((each) => deliveryBody(each, sent));
}

function deliveryBody(each: SentDelivery, sent: readonly SentDelivery[]): JsonObject {
  const first = sent.find((other) => other.delivery.guid === each.delivery.guid);
  return {
    id: each.id,
    guid: each.delivery.guid,
    delivered_at: each.sentAt.toISOString(),
    redelivery: first !== each,
    duration: each.ms / 1000,
    status: each.status !== null && each.status < 300 ? 'OK' : 'Failed',
    status_code: each.status ?? 502,
    event: each.delivery.event,
    action: each.delivery.action,
    installation_id: null,
    repository_id: null,
    url: `https://api.github.com/orgs/${owner}/hooks/1/deliveries/${each.id}`,
  };
}
