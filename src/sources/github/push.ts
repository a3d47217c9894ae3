import type { Statement } from '../../domain/event.ts';
import { roleOfBranch } from '../git-host/branch.ts';
import { configEdits } from '../git-host/config-edits.ts';
import { merged } from '../git-host/merge.ts';
import type { Push } from '../git-host/push.ts';
import { type RefChange, branchDeleted, tagCreated, tagDeleted, tagMoved } from '../git-host/refs.ts';
import { defined } from '../reading/defined.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { PushBody, isWebFlow, pullRequestOf } from './push-body.ts';

/** A push to a branch, to a tag, or of a branch or tag that is no more. */
export const readPush = reader(PushBody, (push, context) => {
  const repository = push.repository.full_name;
  const time = timeOf(push, context);
  const actor = actorOf(push);
  const change: RefChange = { source: 'github', repository, ...time, ...defined({ actor }) };
  const [, tag] = /^refs\/tags\/(.+)$/.exec(push.ref) ?? [];
  if (tag !== undefined) return told(tagPushed(tag, push, change));
  const [, branch] = /^refs\/heads\/(.+)$/.exec(push.ref) ?? [];
  if (branch === undefined) return ignored('a push to neither a branch nor a tag');
  const role = roleOfBranch(branch, push.repository, context.catalog);
  if (role === null) return ignored('a push to a branch that is not deployed');
  if (push.deleted) return told(branchDeleted(branch, push.before, change));
  return pushedTo({ branch, role, time, actor }, push, context);
});

type Place = Pick<Push, 'branch' | 'role' | 'time' | 'actor'>;

function pushedTo(place: Place, body: PushBody, { catalog }: ReaderContext): Parsed {
  const { before, after, created, forced, commits, compare, head_commit: head } = body;
  // A forced push without commits takes some away.
  if (head === null || (commits.length === 0 && !forced)) return ignored('a push without commits');
  const repository = body.repository.full_name;
  const push: Push = {
    source: 'github',
    repository,
    ...place,
    before,
    after,
    created,
    forced,
    commits,
    compare,
    head,
    webFlow: isWebFlow(head),
    pullRequest: pullRequestOf(head, repository),
    numberSign: '#',
  };
  return told(merged(push), ...configEdits(push, catalog));
}

function tagPushed(tag: string, push: PushBody, change: RefChange) {
  if (push.deleted) return tagDeleted(tag, push.before, change);
  // A tag with a message of its own is an object of its own; what it stands on is the head.
  const commit = push.head_commit?.id ?? push.after;
  return push.created
    ? tagCreated(tag, commit, change)
    : tagMoved(tag, { from: push.before, to: push.after, commit }, change);
}

/** How far GitHub's clock may be ahead of ours, in milliseconds. */
const skew = 60_000;

/**
 * GitHub gives no time of the push itself. That of the repository's newest push is it, unless another push came at once;
 * that of the commit is the author's clock, hours old after a rebase.
 */
function timeOf(push: PushBody, { receivedAt }: ReaderContext): Pick<Statement, 'occurredAt' | 'clock'> {
  const told = [push.repository.pushed_at, push.head_commit?.timestamp].find(
    (time) => time !== undefined && time !== null && time.getTime() <= receivedAt.getTime() + skew,
  );
  return { occurredAt: (told ?? receivedAt).toISOString(), clock: told ? 'source' : 'received' };
}

/** The sender has a login, the pusher an e-mail address; they are two when a deploy key pushes. */
function actorOf({ sender, pusher }: PushBody): Statement['actor'] {
  if (sender === undefined) return undefined;
  return pusher?.name === sender.login ? { ...sender, ...defined({ email: pusher?.email }) } : sender;
}
