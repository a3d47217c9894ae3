import { z } from 'zod';
import type { PullRequest, Review } from '../../domain/event.ts';
import { mergeIdentity, roleOfBranch } from '../git-host/branch.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, Time, WebUrl, name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { Project, User, timeOr } from './fields.ts';

const Blank = z.union([Sha, z.literal('')]).nullish();

const MergeRequestBody = z.object({
  user: User,
  project: Project,
  object_attributes: z.object({
    iid: Id,
    title: text(300),
    url: WebUrl,
    action: text(50),
    state: text(50),
    target_branch: name(250),
    merge_commit_sha: Blank,
    squash_commit_sha: Blank,
    squash: z.boolean().nullish(),
    merged_at: Time.nullish(),
    updated_at: Time.nullish(),
    last_commit: z.looseObject({ id: Sha }).nullish(),
  }),
});
type MergeRequestBody = z.output<typeof MergeRequestBody>;

/** Someone's own approval, and the one by which all that are needed were given or no longer are. */
const verdicts: Readonly<Record<string, Review['verdict']>> = {
  approval: 'approved',
  approved: 'approved',
  unapproval: 'dismissed',
  unapproved: 'dismissed',
};

const AnyBody = z.looseObject({
  object_attributes: z.looseObject({ action: z.string().nullish(), state: z.string().nullish() }),
});

export const readMergeRequest = reader(AnyBody, (body, context) => {
  const { action, state } = body.object_attributes;
  if (action === 'merge') return readMerged(body, context);
  if (lookUp(verdicts, action ?? undefined) !== undefined) return readReview(body, context);
  return ignored(`a merge request: ${action ?? state ?? 'no action'}`);
});

const readMerged = reader(MergeRequestBody, (body, context) => merge(body, context));

function merge(body: MergeRequestBody, { catalog, receivedAt }: ReaderContext): Parsed {
  const { object_attributes: request, project, user } = body;
  const branch = request.target_branch;
  const role = roleOfBranch(branch, project, catalog);
  if (role === null) return ignored('a merge request merged into a branch that is not deployed');
  const repository = project.full_name;
  const object = `${repository}#${request.iid}`;
  const sha = landedAs(request);
  return told({
    statement: {
      key: `gitlab:merge_request:${object}:merged`,
      source: 'gitlab',
      ...timeOr(receivedAt, request.merged_at ?? request.updated_at),
      phase: 'happened',
      // It knows more than the push that it made: its title, its people and the moment.
      authority: 1,
      kind: 'merge',
      title: `${request.title ?? 'Merge request'} (!${request.iid})`,
      repository,
      branch,
      pullRequest: { ...pullRequestOf(body), ...defined({ mergedBy: user, head: request.last_commit?.id }) },
      traits: role === 'default' ? ['default-branch'] : [],
      ...defined({ commit: sha, actor: user, url: request.url }),
    },
    identities: [
      { type: 'pull-request', value: object },
      ...(sha === undefined ? [] : [mergeIdentity(repository, sha, branch, role)]),
    ],
    mentions: sha === undefined || role === 'default' ? [] : [{ type: 'commit', value: `${repository}@${sha}` }],
  });
}

/** Merged by fast-forward, a request has no commit but its own last. Which one its squashing made, it may not say. */
function landedAs(request: MergeRequestBody['object_attributes']): string | undefined {
  const made = [request.merge_commit_sha, request.squash_commit_sha].find(
    (sha) => typeof sha === 'string' && sha !== '',
  );
  return made ?? (request.squash === true ? undefined : request.last_commit?.id);
}

const readReview = reader(MergeRequestBody, (body, { receivedAt }) => {
  const { object_attributes: request, project, user } = body;
  const verdict = lookUp(verdicts, request.action ?? undefined);
  if (verdict === undefined || user === undefined) return ignored('an approval by nobody');
  const object = `${project.full_name}#${request.iid}`;
  const { occurredAt, clock } = timeOr(receivedAt, request.updated_at);
  const by = user.login ?? user.email ?? user.name ?? '';
  return told({
    statement: {
      key: `gitlab:review:${object}:${by}:${verdict}:${clock === 'source' ? occurredAt : ''}`,
      source: 'gitlab',
      occurredAt,
      clock,
      phase: 'mentioned',
      repository: project.full_name,
      pullRequest: pullRequestOf(body),
      reviews: [{ by: user, verdict, at: occurredAt, ...defined({ commit: request.last_commit?.id }) }],
    },
    identities: [{ type: 'pull-request', value: object }],
    mentions: [],
  });
});

/** Its author is known by a number only. */
function pullRequestOf({ object_attributes: { iid, title, url }, project }: MergeRequestBody): PullRequest {
  return { repository: project.full_name, number: iid, ...defined({ title, url }) };
}
