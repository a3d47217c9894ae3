import { z } from 'zod';
import type { Actor, Review } from '../../domain/event.ts';
import { mergeIdentity, roleOfBranch } from '../git-host/branch.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, name, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Identity, Link, MaybeTime, Repository, envelope, shortRef, timeOr, withDefaultBranch } from './fields.ts';

const Reviewer = z
  .looseObject({ vote: z.number(), isContainer: z.boolean().nullish() })
  .transform(({ vote, isContainer, ...identity }) => ({
    vote,
    isGroup: isContainer === true,
    by: Identity.parse(identity),
  }));

const AnyBody = z.looseObject({
  resource: z.looseObject({ status: z.string().nullish(), mergeStatus: z.string().nullish() }),
});

const MergedBody = z.object({
  ...envelope,
  resource: z.object({
    repository: Repository,
    pullRequestId: Id,
    title: text(300),
    targetRefName: name(260),
    createdBy: Identity,
    closedBy: Identity,
    closedDate: MaybeTime,
    lastMergeCommit: z.object({ commitId: Sha }).nullish(),
    reviewers: z.array(Reviewer).nullish().catch(undefined),
    _links: z.object({ web: Link }).nullish().catch(undefined),
  }),
});

/** Of every change of a pull request Azure DevOps makes a merge to try it: only a completed one is merged. */
export const readPullRequest = reader(AnyBody, (body, context) => {
  const { status, mergeStatus } = body.resource;
  if (status !== 'completed') return ignored(`a pull request that is ${status ?? 'not completed'}`);
  if (mergeStatus !== undefined && mergeStatus !== null && mergeStatus !== 'succeeded') {
    return ignored(`a pull request whose merge is ${mergeStatus}`);
  }
  return readMerged(body, context);
});

const readMerged = reader(MergedBody, ({ resource: pull, createdDate }, { catalog, receivedAt }) => {
  const branch = shortRef(pull.targetRefName) ?? '';
  const repository = withDefaultBranch(pull.repository, branch);
  const role = roleOfBranch(branch, repository, catalog);
  if (role === null) return ignored('a pull request merged into a branch that is not deployed');
  const full = repository.full_name;
  const object = `${full}#${pull.pullRequestId}`;
  const sha = pull.lastMergeCommit?.commitId;
  const time = timeOr(receivedAt, pull.closedDate ?? createdDate);
  const { _links: links } = pull;
  const url =
    links?.web ?? (repository.url === undefined ? undefined : `${repository.url}/pullrequest/${pull.pullRequestId}`);
  return told({
    statement: {
      key: `azuredevops:pull_request:${object}:merged`,
      source: 'azuredevops',
      ...time,
      phase: 'happened',
      // It knows more than the push that it made: its title, its people and the moment.
      authority: 1,
      kind: 'merge',
      title: `${pull.title ?? 'Pull request'} (!${pull.pullRequestId})`,
      repository: full,
      branch,
      pullRequest: {
        repository: full,
        number: pull.pullRequestId,
        ...defined({ title: pull.title, author: pull.createdBy, mergedBy: pull.closedBy, url }),
      },
      reviews: (pull.reviewers ?? []).slice(0, 50).flatMap((each) => reviewOf(each, time.occurredAt)),
      traits: role === 'default' ? ['default-branch'] : [],
      ...defined({ commit: sha, actor: pull.closedBy ?? pull.createdBy, url }),
    },
    identities: [
      { type: 'pull-request', value: object },
      ...(sha === undefined ? [] : [mergeIdentity(full, sha, branch, role)]),
    ],
    mentions: sha === undefined || role === 'default' ? [] : [{ type: 'commit', value: `${full}@${sha}` }],
  });
});

/** https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-reviewers: 10 and 5 approve, -5 waits, -10 rejects. */
function reviewOf(
  { vote, isGroup, by }: { readonly vote: number; readonly isGroup: boolean; readonly by: Actor | undefined },
  at: string,
): readonly Review[] {
  if (isGroup || by === undefined || vote === 0) return [];
  return [{ by, verdict: vote > 0 ? 'approved' : 'changes-requested', at }];
}
