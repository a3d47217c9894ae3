import { afterMerge } from '../backports/after-merge.ts';
import type { BackportPick, BackportPull } from '../backports/pull.ts';
import type { Backport } from '../backports/backport.ts';
import { type Person, isSame } from '../people/person.ts';
import type { NagActor, NagTask } from './nag.ts';

/** Who there is to be asked about one backport. */
export interface Around {
  /** Looks after it: made it, or was handed it. */
  readonly owner: Person | null;
  readonly author: Person | null;
  /** Of its pull request. */
  readonly reviewers: readonly Person[];
  /** Those whose approval stands. */
  readonly approvers: readonly Person[];
  /** Whom the git host lets merge it: not all of them have to do with it. */
  readonly mergers: readonly Person[];
  /** Puts on the mirror what has landed. */
  readonly deployer: Person | null;
  /** Who may be the second person for a waiver, the likeliest first. */
  readonly seconds: readonly Person[];
}

interface Standing {
  readonly backport: Pick<Backport, 'state' | 'judgedAt' | 'waived' | 'fact'>;
  readonly pull: BackportPull | null;
  readonly pick: BackportPick | null;
}

/** Whoever can move it now, and what they would do. */
export function actorOf(standing: Standing & { readonly now: Date }, around: Around): NagActor {
  const task = taskOf(standing, standing.now);
  if (task !== 'merge') return { person: personFor(task, standing, around), task };
  const merger = mergerIn(around);
  return merger === null ? { person: around.owner, task: 'get-merged' } : { person: merger, task };
}

/** A waiver of high risk holds when a second person has said so too, not before. */
export function awaitsSecond({ state, waived }: Pick<Backport, 'state' | 'waived'>, now: Date): boolean {
  return state !== 'waived' && waived !== null && waived.second === null && waived.until > now;
}

function taskOf({ backport, pull, pick }: Standing, now: Date): NagTask {
  if (backport.state === 'landed') return 'deploy';
  if (awaitsSecond(backport, now)) return 'second';
  if (backport.fact !== null) return 'repeat';
  switch (afterMerge(backport, pull)) {
    case 'unread':
      return 'await-git';
    case 'in-vain':
      return 'bring-again';
    case null:
      break;
  }
  switch (pull?.state) {
    case 'draft':
      return 'finish-draft';
    case 'review-wanted':
      return 'review';
    case 'changes-requested':
      return 'address-review';
    case 'approved':
      return 'merge';
    case 'wanted':
    case 'failed':
    case 'merged':
    case 'closed':
    case undefined:
      break;
  }
  if (backport.state === 'candidate' || backport.state === 'not-evaluable') return 'answer';
  return pick?.outcome === 'conflicts' ? 'resolve-conflict' : 'open';
}

/** The first of those in Slack of whom it is known that they may. */
function mergerIn({ owner, approvers, author, deployer, seconds, mergers }: Around): Person | null {
  const known = [owner, ...approvers, author, deployer, ...seconds].filter((each) => each !== null);
  return known.find((each) => each.slackId !== null && mergers.some((merger) => isSame(merger, each))) ?? null;
}

function personFor(task: Exclude<NagTask, 'merge'>, { backport }: Standing, around: Around): Person | null {
  const { owner, author, reviewers, deployer, seconds } = around;
  switch (task) {
    case 'finish-draft':
    case 'address-review':
      return author ?? owner;
    case 'review': {
      // A pull request for whose review nobody is named waits for its author to name somebody.
      const others = reviewers.filter((each) => !isSame(each, author));
      return others.find(({ slackId }) => slackId !== null) ?? others[0] ?? author ?? owner;
    }
    case 'deploy':
      return deployer ?? owner;
    case 'await-git':
      return null;
    case 'second':
      return (
        seconds.find(({ slackId, name }) => slackId !== backport.waived?.by && name !== backport.waived?.by) ?? null
      );
    case 'open':
    case 'repeat':
    case 'resolve-conflict':
    case 'get-merged':
    case 'bring-again':
    case 'answer':
      return owner;
  }
}
