import { z } from 'zod';
import { mergeIdentity, roleOfBranch } from '../git-host/branch.ts';
import { defined } from '../reading/defined.ts';
import { Sha, Time, name } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Account, PullRequestFields, Repository } from './fields.ts';
import { standingIn } from './pull-standing.ts';

const MergedBody = z.object({
  pull_request: PullRequestFields.extend({
    merged_at: Time,
    merge_commit_sha: Sha.nullish(),
    merged_by: Account,
    base: z.object({ ref: name(250) }),
    head: z.object({ sha: Sha.nullish() }).nullish(),
  }),
  repository: Repository,
  sender: Account,
});

const AnyBody = z.object({ action: z.string(), pull_request: z.looseObject({ merged: z.boolean().nullish() }) });

export const readPullRequest = reader(z.looseObject(AnyBody.shape), (body, context) => {
  const isMerged = body.action === 'closed' && body.pull_request.merged === true;
  const merged = isMerged ? readMerged(body, context) : null;
  if (merged?.outcome === 'malformed') return merged;
  const standing = standingIn(body);
  if (standing !== null) return told(...(merged?.outcome === 'events' ? merged.events : []), standing);
  if (merged !== null) return merged;
  return ignored(body.action === 'closed' ? 'a pull request closed unmerged' : `a pull request ${body.action}`);
});

const readMerged = reader(MergedBody, ({ pull_request: pull, repository, sender }, { catalog }) => {
  const branch = pull.base.ref;
  const role = roleOfBranch(branch, repository, catalog);
  if (role === null) return ignored('a pull request merged into a branch that is not deployed');
  const name = repository.full_name;
  const object = `${name}#${pull.number}`;
  const sha = pull.merge_commit_sha ?? undefined;
  const mergedBy = pull.merged_by ?? sender;
  return told({
    statement: {
      key: `github:pull_request:${object}:merged`,
      source: 'github',
      occurredAt: pull.merged_at.toISOString(),
      clock: 'source',
      phase: 'happened',
      // It knows more than the push that it made: its title, its people and the moment.
      authority: 1,
      kind: 'merge',
      title: `${pull.title ?? 'Pull request'} (#${pull.number})`,
      repository: name,
      branch,
      pullRequest: {
        repository: name,
        number: pull.number,
        ...defined({
          title: pull.title,
          author: pull.user,
          mergedBy,
          head: pull.head?.sha ?? undefined,
          url: pull.html_url,
        }),
      },
      traits: role === 'default' ? ['default-branch'] : [],
      ...defined({ commit: sha, actor: mergedBy, url: pull.html_url }),
    },
    identities: [
      { type: 'pull-request', value: object },
      ...(sha === undefined ? [] : [mergeIdentity(name, sha, branch, role)]),
    ],
    mentions: sha === undefined || role === 'default' ? [] : [{ type: 'commit', value: `${name}@${sha}` }],
  });
});
