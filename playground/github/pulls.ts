import { isObject, textOf, type JsonObject } from '../json.ts';
import { git, type Repository } from '../repositories.ts';
import type { GitHubDelivery } from '../story/telling.ts';
import { developers, owner, type Login, type RepositoryName } from '../story/day.ts';
import { type Role, isLogin, mayPush, roleOf } from './roles.ts';
import { tellMerged, tellPull, tellReview } from './tell-pull.ts';

/** A pull request that was opened after the story began: of branches that the bare repositories really have. */
export interface OpenedPull {
  readonly number: number;
  readonly repository: Repository;
  readonly author: Login;
  readonly branch: string;
  readonly base: string;
  readonly createdAt: Date;
  title: string;
  body: string;
  draft: boolean;
  state: 'open' | 'closed';
  /** The newest commit of its branch, as it was seen last. */
  head: string;
  mergedAs: string | null;
  mergedAt: Date | null;
  mergedBy: Login | null;
  updatedAt: Date;
  asked: Login[];
  readonly reviews: { readonly id: number; readonly by: Login; readonly state: string; readonly at: Date }[];
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly by: Login;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** What its webhooks tell, in order. */
  readonly deliveries?: readonly GitHubDelivery[];
}

interface Options {
  readonly repositories: ReadonlyMap<RepositoryName, Repository>;
  readonly roles: ReadonlyMap<Login, Role>;
  readonly now: () => Date;
}

const notFound: Answered = { status: 404, body: { message: 'Not Found' } };

/** Pull requests by GitHub's API, on the real repositories. Null: asked about something else. */
export function createPulls({ repositories, roles, now }: Options) {
  const pulls: OpenedPull[] = [];
  const known = (repository: Repository) => pulls.filter((each) => each.repository.name === repository.name);

  async function open(repository: Repository, { body, by }: Asked): Promise<Answered> {
    const branch = textOf(body['head']).replace(new RegExp(`^${owner}:`), '');
    const base = textOf(body['base']);
    const [head, onto] = [await tip(repository, branch), await tip(repository, base)];
    if (head === null || onto === null) return invalid(`${head === null ? 'head' : 'base'} is invalid`);
    if ((await git(repository.folder, ['rev-list', '--max-count=1', head, `^${onto}`])).trim() === '') {
      return invalid(`No commits between ${base} and ${branch}`);
    }
    // Nothing is awaited from here on: of two that are opened at once, one is refused.
    if (known(repository).some((each) => each.state === 'open' && each.branch === branch && each.base === base)) {
      return invalid(`A pull request already exists for ${owner}:${branch}.`);
    }
    const numbers = [...repository.heads.keys(), ...known(repository).map(({ number }) => number)];
    const at = now();
    const pull: OpenedPull = {
      number: Math.max(0, ...numbers) + 1,
      repository,
      author: by,
      branch,
      base,
      createdAt: at,
      title: textOf(body['title']),
      body: textOf(body['body']),
      draft: body['draft'] === true,
      state: 'open',
      head,
      mergedAs: null,
      mergedAt: null,
      mergedBy: null,
      updatedAt: at,
      asked: [],
      reviews: [],
    };
    pulls.push(pull);
    await git(repository.folder, ['update-ref', `refs/pull/${pull.number}/head`, head]);
    return { status: 201, body: pullBody(pull), deliveries: [tellPull(pull, 'opened', by)] };
  }

  async function list(repository: Repository, query: URLSearchParams): Promise<Answered> {
    const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')];
    const found = known(repository).filter(
      (each) =>
        (state === 'all' || each.state === state) &&
        (head === null || `${owner}:${each.branch}` === head) &&
        (base === null || each.base === base),
    );
    for (const each of found) await refresh(each);
    const newest = found.toSorted((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime());
    return { status: 200, body: newest.slice(0, Number(query.get('per_page') ?? 30)).map(pullBody) };
  }

  async function merge(pull: OpenedPull, { body, by }: Asked): Promise<Answered> {
    const refused = { status: 405, body: { message: 'Pull Request is not mergeable' } };
    if (!mayPush(roleOf(by, roles))) return { status: 403, body: { message: 'Must have push access to repository.' } };
    await refresh(pull);
    const onto = await tip(pull.repository, pull.base);
    if (pull.state !== 'open' || pull.draft || onto === null) return refused;
    const squash = body['merge_method'] === 'squash';
    const made = await mergeCommit(pull, { onto, by, squash, at: now() });
    if (made === null) return refused;
    await git(pull.repository.folder, ['update-ref', `refs/heads/${pull.base}`, made, onto]);
    Object.assign(pull, { state: 'closed', mergedAs: made, mergedAt: now(), mergedBy: by, updatedAt: now() });
    return {
      status: 200,
      body: { sha: made, merged: true, message: 'Pull Request successfully merged' },
      deliveries: [tellPull(pull, 'closed', by), await tellMerged(pull, { before: onto, after: made, by })],
    };
  }

  function alter(pull: OpenedPull, { body, by }: Asked): Answered {
    const isClosed = body['state'] === 'closed';
    const action = isClosed ? 'closed' : body['state'] === 'open' && pull.state === 'closed' ? 'reopened' : 'edited';
    if (action !== 'edited') pull.state = isClosed ? 'closed' : 'open';
    pull.title = typeof body['title'] === 'string' ? body['title'] : pull.title;
    pull.body = typeof body['body'] === 'string' ? body['body'] : pull.body;
    pull.updatedAt = now();
    return { status: 200, body: pullBody(pull), deliveries: [tellPull(pull, action, by)] };
  }

  function ask(pull: OpenedPull, { body, by }: Asked): Answered {
    const wanted = Array.isArray(body['reviewers']) ? body['reviewers'].filter(isLogin) : [];
    pull.asked = [...new Set([...pull.asked, ...wanted])];
    pull.updatedAt = now();
    return { status: 201, body: pullBody(pull), deliveries: [tellPull(pull, 'review_requested', by)] };
  }

  function review(pull: OpenedPull, { body, by }: Asked): Answered {
    const states: Readonly<Record<string, string>> = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED' };
    const state = states[textOf(body['event'])] ?? 'COMMENTED';
    const given = { id: 5_000_000 + pull.number * 100 + pull.reviews.length, by, state, at: now() };
    pull.reviews.push(given);
    pull.asked = pull.asked.filter((each) => each !== by);
    pull.updatedAt = now();
    return { status: 200, body: reviewBody(given), deliveries: [tellReview(pull, given)] };
  }

  return async (asked: Asked): Promise<Answered | null> => {
    const [, name, rest] = /^\/repos\/acme\/(\w+)\/pulls(?:\/(.+))?$/.exec(asked.path) ?? [];
    const repository = [...repositories.values()].find((each) => each.name === name);
    if (name === undefined) return null;
    if (repository === undefined) return notFound;
    if (rest === undefined) return asked.method === 'POST' ? open(repository, asked) : list(repository, asked.query);
    const [, number, part] = /^(\d+)(?:\/(\w+))?$/.exec(rest) ?? [];
    const pull = known(repository).find((each) => each.number === Number(number));
    // Those of the story are told from its history.
    if (pull === undefined) return null;
    await refresh(pull);
    switch (`${asked.method} ${part ?? ''}`.trim()) {
      case 'GET':
        return { status: 200, body: pullBody(pull) };
      case 'PATCH':
        return alter(pull, asked);
      case 'GET reviews':
        return { status: 200, body: pull.reviews.map(reviewBody) };
      case 'POST reviews':
        return review(pull, asked);
      case 'POST requested_reviewers':
        return ask(pull, asked);
      case 'PUT merge':
        return merge(pull, asked);
      default:
        return notFound;
    }
  };
}

function invalid(message: string): Answered {
  const errors = [{ resource: 'PullRequest', code: 'custom', message }];
  return { status: 422, body: { message: 'Validation Failed', errors } };
}

/** While it is open, it follows its branch. */
async function refresh(pull: OpenedPull): Promise<void> {
  if (pull.state !== 'open') return;
  pull.head = (await tip(pull.repository, pull.branch)) ?? pull.head;
}

async function tip({ folder }: Repository, branch: string): Promise<string | null> {
  if (branch === '') return null;
  const ref = `refs/heads/${branch}^{commit}`;
  const sha = await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref]).catch(() => '');
  return sha.trim() || null;
}

interface Merging {
  readonly onto: string;
  readonly by: Login;
  readonly squash: boolean;
  readonly at: Date;
}

/** As the button of that name makes it. Null: it conflicts. */
async function mergeCommit(pull: OpenedPull, { onto, by, squash, at }: Merging): Promise<string | null> {
  const { folder, fullName } = pull.repository;
  const tree = await git(folder, ['merge-tree', '--write-tree', onto, pull.head]).catch(() => null);
  if (tree === null) return null;
  const { name, email } = developers[squash ? pull.author : by];
  const commits = await git(folder, ['log', '--reverse', '--format=* %B', `${onto}..${pull.head}`]);
  const message = squash
    ? `${pull.title} (#${pull.number})\n\n${commits.trim()}\n`
    : `Merge pull request #${pull.number} from ${fullName.split('/')[0]}/${pull.branch}\n\n${pull.title}\n`;
  const seconds = Math.floor(at.getTime() / 1000);
  const content = [
    `tree ${tree.trim().split('\n')[0]}`,
    `parent ${onto}`,
    ...(squash ? [] : [`parent ${pull.head}`]),
    `author ${name} <${email}> ${seconds} +0000`,
    `committer GitHub <noreply@github.com> ${seconds} +0000`,
    '',
    message,
  ].join('\n');
  return (await git(folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], content)).trim();
}

function pullBody(pull: OpenedPull): JsonObject {
  const { repository, number } = pull;
  const repo = { full_name: repository.fullName, name: repository.name, owner: { login: owner } };
  return {
    number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    html_url: `https://github.com/${repository.fullName}/pull/${number}`,
    user: { login: pull.author },
    requested_reviewers: pull.asked.map((login) => ({ login })),
    requested_teams: [],
    merged: pull.mergedAs !== null,
    merged_at: pull.mergedAt?.toISOString() ?? null,
    merged_by: pull.mergedBy === null ? null : { login: pull.mergedBy },
    merge_commit_sha: pull.mergedAs,
    created_at: pull.createdAt.toISOString(),
    updated_at: pull.updatedAt.toISOString(),
    base: { ref: pull.base, repo },
    head: { ref: pull.branch, label: `${owner}:${pull.branch}`, sha: pull.head, repo },
  };
}

function reviewBody({ id, by, state, at }: OpenedPull['reviews'][number]): JsonObject {
  return { id, state, user: { login: by }, submitted_at: at.toISOString() };
}

/** The JSON object of a request; empty when there is none. */
export function objectIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
