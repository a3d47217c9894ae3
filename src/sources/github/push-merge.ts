import type { PullRequest, Statement, TimelineEvent, Trait } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../defined.ts';
import { mergeIdentity } from './branch.ts';
import { type AboutPush, type PushBody, commitOf, isWebFlow, mostPaths, pullRequestOf } from './push-body.ts';

const mostCommits = 250;

/** What a push to a tracked branch merged. */
export function merged(push: PushBody, about: AboutPush): TimelineEvent {
  const { branch, head, time, actor } = about;
  const repository = push.repository.full_name;
  // A branch that was forced back to a pull request is not that pull request.
  const pullRequest = push.forced ? undefined : pullRequestOf(head, repository);
  const commits = push.commits.toReversed().slice(0, mostCommits);
  const statement: Statement = {
    key: `github:push:${repository}#${branch}:${push.before}..${push.after}`,
    source: 'github',
    ...time,
    phase: 'happened',
    kind: 'merge',
    title: titleOf(push, about, pullRequest),
    repository,
    branch,
    commit: push.after,
    commits: commits.map((commit) => commitOf(commit)),
    paths: [...new Set(push.commits.flatMap((commit) => commit.paths))].slice(0, mostPaths),
    traits: traitsOf(push, about),
    ...defined({
      actor,
      pullRequest,
      url: head.url,
      diffUrl: push.compare,
      previousCommit: push.created ? undefined : push.before,
      details: push.commits.length > mostCommits ? { commitsInAll: push.commits.length } : undefined,
    }),
  };
  const known = knownBy(push, about, pullRequest);
  const mentions = [head, ...commits].map(({ id }) => ({ type: 'commit', value: `${repository}@${id}` }));
  return {
    statement,
    identities: known,
    mentions: distinct([...mentions, ...pullRequestIdentity(pullRequest)], known),
  };
}

/**
 * A forced push is a change of its own, even when it goes back to a commit that was merged before. Only on the default
 * branch does the subject of a commit say which pull request this is: on a deployed one the commit may come from there.
 */
function knownBy(push: PushBody, { branch, role }: AboutPush, pullRequest: PullRequest | undefined): Identity[] {
  const repository = push.repository.full_name;
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

function titleOf(push: PushBody, { branch, head }: AboutPush, pullRequest: PullRequest | undefined): string {
  if (push.commits.length === 0) return `${branch} reset to ${push.after.slice(0, 7)}: ${head.title}`;
  if (push.forced) return `Forced push to ${branch}: ${head.title}`;
  if (pullRequest?.title !== undefined) return `${pullRequest.title} (#${pullRequest.number})`;
  return push.commits.length === 1 ? head.title : `${push.commits.length} commits: ${head.title}`;
}

function traitsOf(push: PushBody, { role, head }: AboutPush): readonly Trait[] {
  const traits: Trait[] = ['push'];
  if (role === 'default') traits.push('default-branch');
  if (push.forced) traits.push('forced');
  if (isWebFlow(head)) traits.push('web-flow');
  return traits;
}
