import { account, exampleBody, within } from '../story/bodies.ts';
import { developers, type Login } from '../story/day.ts';
import { delivery, iso, type GitHubDelivery } from '../story/telling.ts';
import { git } from '../repositories.ts';
import type { JsonObject } from '../json.ts';
import type { OpenedPull } from './pulls.ts';

/** What GitHub tells when something happens to a pull request. */
export function tellPull(pull: OpenedPull, action: string, by: Login): GitHubDelivery {
  const body = bodyAbout(pull, { event: 'pull_request', action, by });
  return delivery('pull_request', pull.repository.name, pull.updatedAt, { ...body, action, number: pull.number });
}

export function tellReview(pull: OpenedPull, review: OpenedPull['reviews'][number]): GitHubDelivery {
  const body = bodyAbout(pull, { event: 'pull_request_review', action: 'submitted', by: review.by });
  return delivery('pull_request_review', pull.repository.name, review.at, {
    ...body,
    review: {
      ...within(body, 'review'),
      id: review.id,
      user: account(within(body, 'sender'), review.by),
      state: review.state.toLowerCase(),
      commit_id: pull.head,
      submitted_at: iso(review.at),
    },
  });
}

interface Event {
  readonly event: string;
  readonly action: string;
  readonly by: Login;
}

function bodyAbout(pull: OpenedPull, { event, action, by }: Event): JsonObject {
  const { repository, number } = pull;
  const shape =
    event === 'pull_request' && !['opened', 'closed', 'reopened', 'edited'].includes(action) ? 'opened' : action;
  const example = exampleBody(event, shape, { repository: repository.name, sender: by, number });
  const told = within(example, 'pull_request');
  const merged = pull.mergedAt === null ? null : iso(pull.mergedAt);
  return {
    ...example,
    pull_request: {
      ...told,
      number,
      title: pull.title,
      body: pull.body,
      state: pull.state,
      draft: pull.draft,
      user: account(told['user'], pull.author),
      html_url: `https://github.com/${repository.fullName}/pull/${number}`,
      requested_reviewers: pull.asked.map((login) => account(told['user'], login)),
      requested_teams: [],
      created_at: iso(pull.createdAt),
      updated_at: iso(pull.updatedAt),
      closed_at: pull.state === 'closed' ? iso(pull.updatedAt) : null,
      merged: merged !== null,
      merged_at: merged,
      merged_by: pull.mergedBy === null ? null : account(told['user'], pull.mergedBy),
      merge_commit_sha: pull.mergedAs,
      base: { ...within(told, 'base'), ref: pull.base, label: `acme:${pull.base}` },
      head: { ...within(told, 'head'), ref: pull.branch, label: `acme:${pull.branch}`, sha: pull.head },
    },
  };
}

/** The push that a merge is. */
export async function tellMerged(
  pull: OpenedPull,
  { before, after, by }: { readonly before: string; readonly after: string; readonly by: Login },
): Promise<GitHubDelivery> {
  const { folder, fullName, name } = pull.repository;
  const example = exampleBody('push', null, { repository: name, sender: by });
  const listed = await git(folder, ['log', '--reverse', '-z', '--format=%H%x00%T%x00%B', after, `^${before}`]);
  const fields = listed.split('\0');
  const commits: JsonObject[] = [];
  const { name: author, email } = developers[by];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [id = '', tree = '', message = ''] = fields.slice(at, at + 3);
    const files = await git(folder, ['diff-tree', '-r', '--no-commit-id', '--name-only', '-m', '--first-parent', id]);
    commits.push({
      id,
      tree_id: tree,
      distinct: true,
      message: message.trim(),
      timestamp: iso(pull.updatedAt),
      url: `https://github.com/${fullName}/commit/${id}`,
      author: { name: author, email, username: by },
      committer: { name: 'GitHub', email: 'noreply@github.com', username: 'web-flow' },
      added: [],
      removed: [],
      modified: files.split('\n').filter(Boolean),
    });
  }
  return delivery('push', name, pull.updatedAt, {
    ...example,
    ref: `refs/heads/${pull.base}`,
    before,
    after,
    created: false,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `https://github.com/${fullName}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits,
    head_commit: commits.at(-1) ?? null,
    pusher: { name: by, email },
    repository: { ...within(example, 'repository'), pushed_at: Math.floor(pull.updatedAt.getTime() / 1000) },
  });
}
