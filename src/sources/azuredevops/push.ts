import { z } from 'zod';
import type { TimelineEvent } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { roleOfBranch } from '../git-host/branch.ts';
import { merged } from '../git-host/merge.ts';
import type { Push, PushedCommit } from '../git-host/push.ts';
import { type RefChange, branchDeleted, tagCreated, tagDeleted, tagMoved } from '../git-host/refs.ts';
import { defined } from '../reading/defined.ts';
import { Sha, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import { Identity, MaybeTime, Repository, envelope, timeOr, withDefaultBranch } from './fields.ts';

/** What a branch or tag that is new stood on, or one that is no more stands on. */
const noCommit = '0'.repeat(40);

const Commit = z
  .object({
    commitId: Sha,
    comment: z.string().nullish(),
    url: WebUrl,
    author: z.object({ name: text(200), email: text(320) }).nullish(),
  })
  .transform(({ commitId, comment, url, author }): PushedCommit => ({
    id: commitId,
    title: outsideText((comment ?? '').trimStart().split('\n', 1)[0], 300) ?? '(no message)',
    url,
    author: actorOf({ name: author?.name, email: author?.email }),
    // Azure DevOps does not say which files a commit touches.
    paths: [],
  }));

const RefUpdate = z.object({ name: name(260), oldObjectId: Sha, newObjectId: Sha });
type RefUpdate = z.output<typeof RefUpdate>;

const PushBody = z.object({
  ...envelope,
  resource: z.object({
    commits: z.array(Commit).nullish(),
    refUpdates: z.array(RefUpdate),
    repository: Repository,
    pushedBy: Identity,
    date: MaybeTime,
  }),
});
type Resource = z.output<typeof PushBody>['resource'];

const mostRefs = 50;

/** A push may move several branches and tags at once. */
export const readPush = reader(PushBody, ({ resource, createdDate }, context) => {
  const time = timeOr(context.receivedAt, resource.date ?? createdDate);
  const events = resource.refUpdates.slice(0, mostRefs).flatMap((ref) => {
    const change: RefChange = {
      source: 'azuredevops',
      repository: resource.repository.full_name,
      ...time,
      ...defined({ actor: resource.pushedBy }),
    };
    return eventOf(ref, resource, change, context) ?? [];
  });
  return events.length === 0 ? ignored('a push to no branch that is deployed, and to no tag') : told(...events);
});

function eventOf(ref: RefUpdate, resource: Resource, change: RefChange, context: ReaderContext): TimelineEvent | null {
  const [, kind, short = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref.name) ?? [];
  if (kind === 'tags') return tagEvent(short, ref, change);
  if (kind !== 'heads') return null;
  const repository = withDefaultBranch(resource.repository, short);
  const role = roleOfBranch(short, repository, context.catalog);
  if (role === null) return null;
  if (ref.newObjectId === noCommit) return branchDeleted(short, ref.oldObjectId, change);
  return merged(pushOf(ref, { branch: short, role }, resource, change));
}

function tagEvent(tag: string, { oldObjectId: from, newObjectId: to }: RefUpdate, change: RefChange): TimelineEvent {
  if (to === noCommit) return tagDeleted(tag, from, change);
  return from === noCommit ? tagCreated(tag, to, change) : tagMoved(tag, { from, to, commit: to }, change);
}

function pushOf(
  { oldObjectId: before, newObjectId: after }: RefUpdate,
  place: Pick<Push, 'branch' | 'role'>,
  { commits, refUpdates, repository, pushedBy }: Resource,
  { occurredAt, clock }: RefChange,
): Push {
  const { url } = repository;
  // Of several branches, those listed may be any one's.
  const listed = refUpdates.length === 1 ? (commits ?? []).toReversed() : [];
  const found = (commits ?? []).find((commit) => commit.id === after);
  const head = found ?? {
    id: after,
    title: '',
    url: url === undefined ? undefined : `${url}/commit/${after}`,
    author: undefined,
    paths: [],
  };
  const [, number, title] = /^Merged PR (\d{1,12})(?:: (.*))?$/.exec(head.title) ?? [];
  const full = repository.full_name;
  return {
    source: 'azuredevops',
    repository: full,
    ...place,
    before,
    after,
    created: before === noCommit,
    forced: false,
    commits: listed.length === 0 ? [head] : listed,
    head,
    webFlow: number !== undefined,
    pullRequest:
      number === undefined
        ? undefined
        : { repository: full, number: Number(number), ...defined({ title: outsideText(title, 300) }) },
    numberSign: '!',
    compare:
      url === undefined || before === noCommit
        ? undefined
        : `${url}/branchCompare?baseVersion=GC${before}&targetVersion=GC${after}`,
    time: { occurredAt, clock },
    actor: pushedBy,
  };
}
