import type { JsonObject } from '../json.ts';
import type { CommitInRepository } from '../repositories.ts';
import { account, exampleBody, within } from './bodies.ts';
import {
  developers,
  minutesBefore,
  type Login,
  type PullRequestStep,
  type PushStep,
  type ReleaseStep,
  type RepositoryName,
} from './day.ts';
import { commitTitled, delivery, iso, type GitHubDelivery, type Telling } from './telling.ts';

export function tellPush(telling: Telling, step: PushStep): readonly GitHubDelivery[] {
  const commit = commitTitled(telling, step.repository, step.title);
  return [pushOf(telling, step.author, commit, step)];
}

function pushOf(
  telling: Telling,
  by: Login,
  commit: CommitInRepository,
  { repository, branch = 'main' }: { readonly repository: RepositoryName; readonly branch?: string },
): GitHubDelivery {
  const { fullName } = telling.repositoryOf(repository);
  const example = exampleBody('push', null, { repository, sender: by });
  const pushed = pushedCommit(fullName, commit);
  const before = commit.parent ?? '0'.repeat(40);
  return delivery('push', repository, commit.at, {
    ...example,
    ref: `refs/heads/${branch}`,
    before,
    after: commit.sha,
    created: false,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `https://github.com/${fullName}/compare/${before.slice(0, 12)}...${commit.sha.slice(0, 12)}`,
    commits: [pushed],
    head_commit: pushed,
    pusher: { name: by, email: developers[by].email },
    repository: { ...within(example, 'repository'), pushed_at: Math.floor(commit.at.getTime() / 1000) },
  });
}

export function tellPullRequest(telling: Telling, step: PullRequestStep): readonly GitHubDelivery[] {
  const { repository, number } = step;
  const head = telling.repositoryOf(repository).heads.get(number) ?? '';
  const commit = commitTitled(telling, repository, `${step.title} (#${number})`);
  const id = telling.nextId();
  const opened = minutesBefore(telling.now, step.opened);
  const merged = commit.at;
  const body = (event: string, action: string, sender: Login, changed: JsonObject) => {
    const example = exampleBody(event, action, { repository, sender, number });
    const pull = within(example, 'pull_request');
    return {
      ...example,
      ...(event === 'pull_request' ? { number } : {}),
      pull_request: {
        ...pull,
        ...pullFields(step, { id, pull, commit, opened, head }),
        ...changed,
      },
    };
  };
  const deliveries = [
    delivery(
      'pull_request',
      repository,
      opened,
      body('pull_request', 'opened', step.author, {
        state: 'open',
        merged: false,
        merged_at: null,
        closed_at: null,
        merge_commit_sha: null,
        merged_by: null,
        updated_at: iso(opened),
      }),
    ),
    delivery(
      'pull_request',
      repository,
      merged,
      body('pull_request', 'closed', step.mergedBy, {
        state: 'closed',
        merged: true,
        merged_at: iso(merged),
        closed_at: iso(merged),
        updated_at: iso(merged),
        merge_commit_sha: commit.sha,
        merged_by: account(
          within(exampleBody('pull_request', 'closed', { repository, sender: step.author, number }), 'sender'),
          step.mergedBy,
        ),
      }),
    ),
    pushOf(telling, step.mergedBy, commit, step),
  ];
  if (step.approvedBy === null) return deliveries;
  const reviewed = minutesBefore(telling.now, step.at + (step.opened - step.at) * 0.2);
  const review = body('pull_request_review', 'submitted', step.approvedBy, {
    state: 'open',
    updated_at: iso(reviewed),
  });
  return [
    ...deliveries,
    delivery('pull_request_review', repository, reviewed, {
      ...review,
      review: {
        ...within(review, 'review'),
        id: telling.nextId(),
        user: account(within(review, 'sender'), step.approvedBy),
        state: 'approved',
        commit_id: head,
        submitted_at: iso(reviewed),
      },
    }),
  ];
}

export function tellRelease(
  telling: Telling,
  { repository, tag, by, at: minutes }: ReleaseStep,
): readonly GitHubDelivery[] {
  const at = minutesBefore(telling.now, minutes);
  const retelling = { repository, sender: by };
  const published = exampleBody('release', 'published', retelling);
  return [
    delivery('create', repository, at, {
      ...exampleBody('create', null, retelling),
      ref: tag,
      ref_type: 'tag',
      master_branch: 'main',
    }),
    delivery('release', repository, at, {
      ...published,
      release: {
        ...within(published, 'release'),
        id: telling.nextId(),
        tag_name: tag,
        name: tag,
        target_commitish: 'main',
        html_url: `https://github.com/${telling.repositoryOf(repository).fullName}/releases/tag/${tag}`,
        created_at: iso(at),
        published_at: iso(at),
      },
    }),
  ];
}

function pullFields(
  step: PullRequestStep,
  {
    id,
    pull,
    commit,
    opened,
    head,
  }: { id: number; pull: JsonObject; commit: CommitInRepository; opened: Date; head: string },
): JsonObject {
  return {
    id,
    number: step.number,
    title: step.title,
    body: null,
    user: account(pull['user'], step.author),
    created_at: iso(opened),
    base: { ...within(pull, 'base'), ref: 'main', label: 'acme:main', sha: commit.parent },
    head: { ...within(pull, 'head'), ref: `pull-${step.number}`, label: `acme:pull-${step.number}`, sha: head },
    assignees: [],
    labels: [],
    requested_reviewers: [],
    commits: 1,
    changed_files: commit.added.length + commit.modified.length,
  };
}

function pushedCommit(fullName: string, commit: CommitInRepository): JsonObject {
  const { name, email } = developers[commit.author];
  const author = { name, email, username: commit.author };
  const squashed = commit.pullRequest !== null;
  return {
    id: commit.sha,
    tree_id: commit.sha.split('').toReversed().join(''),
    distinct: true,
    message: commit.title,
    timestamp: iso(commit.at),
    url: `https://github.com/${fullName}/commit/${commit.sha}`,
    author,
    committer: squashed ? { name: 'GitHub', email: 'noreply@github.com', username: 'web-flow' } : author,
    added: commit.added,
    removed: [],
    modified: commit.modified,
  };
}
