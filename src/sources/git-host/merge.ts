import type { PullRequest, Statement, TimelineEvent, Trait } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { mergeIdentity } from './branch.ts';
import { type Push, commitOf, mostPaths } from './push.ts';

const mostCommits = 250;

/** What a push to a tracked branch merged. */
export function merged(push: Push): TimelineEvent {
  const { source, repository, branch, head } = push;
  // A branch that was forced back to a pull request is not that pull request.
  const pullRequest = push.forced ? undefined : push.pullRequest;
  const commits = push.commits.toReversed().slice(0, mostCommits);
  const commitsInAll = commitsIn(push);
  // Two webhooks may tell one push, one with its commits and one without: the second must not stand for the first.
  const listed = commits.length === 0 && commitsInAll > 0 ? ':unlisted' : '';
  const statement: Statement = {
    key: `${source}:push:${repository}#${branch}:${push.before}..${push.after}${listed}`,
    source,
    ...push.time,
    phase: 'happened',
    kind: 'merge',
    title: titleOf(push, pullRequest),
    repository,
    branch,
    commit: push.after,
    commits: commits.map((commit) => commitOf(commit)),
    paths: [...new Set(push.commits.flatMap((commit) => commit.paths))].slice(0, mostPaths),
    traits: traitsOf(push),
    ...defined({
      actor: push.actor,
      pullRequest,
      url: head.url,
      diffUrl: push.compare,
      previousCommit: push.created ? undefined : push.before,
      details: commitsInAll > commits.length ? { commitsInAll } : undefined,
    }),
  };
  const known = knownBy(push, pullRequest);
  const mentions = [head, ...commits].map(({ id }) => ({ type: 'commit', value: `${repository}@${id}` }));
  return {
    statement,
    identities: known,
    mentions: distinct([...mentions, ...pullRequestIdentity(pullRequest)], known),
  };
}

/**
 * A forced push is a change of its own, even when it goes back to a commit that was merged before. Only on the default
 * branch does the message of a commit say which pull request this is: on a deployed one the commit may come from there.
 */
function knownBy(push: Push, pullRequest: PullRequest | undefined): Identity[] {
  const { repository, branch, role } = push;
  if (push.forced) return [{ type: 'push', value: `${repository}@${push.before}..${push.after}#${branch}` }];
  const merge = mergeIdentity(repository, push.after, branch, role);
  return role === 'default' ? [merge, ...pullRequestIdentity(pullRequest)] : [merge];
}

function pullRequestIdentity(pullRequest: PullRequest | undefined): readonly Identity[] {
  if (pullRequest === undefined) return [];
  return [{ type: 'pull-request', value: `${pullRequest.repository}#${pullRequest.number}` }];
}

function distinct(identities: readonly Identity[], without: readonly Identity[]): readonly Identity[] {
  const seen = new Set(without.map((identity) => `${identity.type}:${identity.value}`));
  return identities.filter(({ type, value }) => seen.size !== seen.add(`${type}:${value}`).size);
}

function commitsIn(push: Push): number {
  return Math.max(push.commits.length, push.commitsInAll ?? 0);
}

function titleOf(push: Push, pullRequest: PullRequest | undefined): string {
  const { branch, head } = push;
  const commits = commitsIn(push);
  if (head.title === '' && commits > 0) return `${commits === 1 ? '1 commit' : `${commits} commits`} to ${branch}`;
  if (commits === 0) return `${branch} reset to ${push.after.slice(0, 7)}${head.title === '' ? '' : `: ${head.title}`}`;
  if (push.forced) return `Forced push to ${branch}: ${head.title}`;
  if (pullRequest?.title !== undefined) return `${pullRequest.title} (${push.numberSign}${pullRequest.number})`;
  return commits === 1 ? head.title : `${commits} commits: ${head.title}`;
}

function traitsOf({ role, forced, webFlow }: Push): readonly Trait[] {
  const traits: Trait[] = ['push'];
  if (role === 'default') traits.push('default-branch');
  if (forced) traits.push('forced');
  if (webFlow) traits.push('web-flow');
  return traits;
}
