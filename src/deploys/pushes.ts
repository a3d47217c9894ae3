import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Commit, TimelineEvent } from '../domain/event.ts';
import type { CommitRange, RangeRead } from '../git/range.ts';

/** A chain of more pushes than this is not followed. */
const mostPushes = 500;
const mostCommits = 250;

interface Push {
  readonly before: string;
  readonly commits: readonly Commit[];
}

/**
 * The commits between two, when recorded pushes lead from one exactly to the other, each beginning where the one before
 * ended. A forced push breaks the chain: what it threw away is not in it.
 */
export async function pushesBetween(
  db: Kysely<Schema>,
  { repository, from, to }: { readonly repository: string; readonly from: string; readonly to: string },
): Promise<RangeRead> {
  const forward = await chain(db, repository, from, to);
  if (forward !== null) return { outcome: 'range', range: rangeOf(forward, 'forward') };
  const backward = await chain(db, repository, to, from);
  if (backward !== null) return { outcome: 'range', range: rangeOf(backward, 'backward') };
  const why = 'the recorded pushes do not lead from one version to the other';
  return { outcome: 'unreadable', why, again: false };
}

function rangeOf(pushes: readonly Push[], direction: CommitRange['direction']): CommitRange {
  const commits = pushes.flatMap((push) => push.commits.toReversed());
  const total = commits.length;
  return { direction, commits: commits.slice(0, mostCommits), total, lost: direction === 'backward' ? total : 0 };
}

/** Newest push first; null when the pushes do not lead there. */
async function chain(
  db: Kysely<Schema>,
  repository: string,
  from: string,
  to: string,
): Promise<readonly Push[] | null> {
  const pushes: Push[] = [];
  for (let head = to; head !== from;) {
    const push = pushes.length < mostPushes ? await pushTo(db, repository, head) : null;
    if (push === null) return null;
    pushes.push(push);
    head = push.before;
  }
  return pushes;
}

async function pushTo(db: Kysely<Schema>, repository: string, head: string): Promise<Push | null> {
  const row = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select('changes.events')
    .where('identities.type', '=', 'commit')
    .where(sql<boolean>`identities.value = ${`${repository}@${head}`}`)
    .executeTakeFirst();
  const events: readonly TimelineEvent[] = row?.events ?? [];
  const push = events
    .map((event) => event.statement)
    .find((each) => each.commit === head && each.traits?.includes('push') === true);
  if (push?.previousCommit === undefined || push.traits?.includes('forced') === true) return null;
  return { before: push.previousCommit, commits: push.commits ?? [] };
}
