import type { Statement } from '../../domain/event.ts';
import { defined } from '../defined.ts';
import type { Parsed } from '../source.ts';
import { roleOfBranch } from './branch.ts';
import { configEdits } from './config-edits.ts';
import { PushBody } from './push-body.ts';
import { merged } from './push-merge.ts';
import { type ReaderContext, ignored, reader, told } from '../reader.ts';
import { type RefChange, branchDeleted, tagCreated, tagDeleted, tagMoved } from './refs.ts';

/** A push to a branch, to a tag, or of a branch or tag that is no more. */
export const readPush = reader(PushBody, (push, context) => {
  const repository = push.repository.full_name;
  const time = timeOf(push, context);
  const actor = actorOf(push);
  const [, tag] = /^refs\/tags\/(.+)$/.exec(push.ref) ?? [];
  if (tag !== undefined) return told(tagPushed(tag, push, { repository, ...time, ...defined({ actor }) }));
  const [, branch] = /^refs\/heads\/(.+)$/.exec(push.ref) ?? [];
  if (branch === undefined) return ignored('a push to neither a branch nor a tag');
  const role = roleOfBranch(branch, push.repository, context.catalog);
  if (role === null) return ignored('a push to a branch that is not deployed');
  if (push.deleted) return told(branchDeleted(branch, push.before, { repository, ...time, ...defined({ actor }) }));
  return pushedTo({ branch, role, time, actor }, push, context);
});

type Place = Pick<Parameters<typeof merged>[1], 'branch' | 'role' | 'time' | 'actor'>;

function pushedTo(place: Place, push: PushBody, { catalog }: ReaderContext): Parsed {
  const head = push.head_commit;
  // A forced push without commits takes some away.
  if (head === null || (push.commits.length === 0 && !push.forced)) return ignored('a push without commits');
  const about = { ...place, head };
  return told(merged(push, about), ...configEdits(push, about, catalog));
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
