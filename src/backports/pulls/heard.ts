import type { Kysely } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { PullStanding, Review, TimelineEvent } from '../../domain/event.ts';
import type { FollowedPull } from './ledger.ts';

/** What was told of a pull request. */
export interface HeardPull extends FollowedPull {
  readonly title: string;
  /** It is told of for that. */
  readonly speaks: boolean;
  readonly reviews: readonly Review[];
  /** Its last two words are of the same second and differ: which came first nobody can tell. */
  readonly unsure: boolean;
}

/** Null: nobody told where it stands. */
export async function heardOf(db: Kysely<Schema>, repository: string, number: number): Promise<HeardPull | null> {
  const row = await db
    .selectFrom('identities')
    .innerJoin('changes', 'changes.id', 'identities.change_id')
    .select('changes.events')
    .where('identities.type', '=', 'pull-request')
    .where('identities.value', '=', `${repository}#${number}`)
    .executeTakeFirst();
  return row === undefined ? null : pullIn(row.events, number);
}

function pullIn(events: readonly TimelineEvent[], number: number): HeardPull | null {
  const statements = events.map(({ statement }) => statement).toSorted((a, b) => compare(a.occurredAt, b.occurredAt));
  const [told, before] = statements.filter(({ standing }) => standing !== undefined).toReversed();
  if (told?.standing === undefined) return null;
  const isMerged = statements.some(
    ({ standing, kind, phase, pullRequest }) =>
      standing?.state === 'merged' || (kind === 'merge' && phase === 'happened' && pullRequest?.number === number),
  );
  const standing: PullStanding = isMerged ? { ...told.standing, state: 'merged' } : told.standing;
  const { title, author, url } = told.pullRequest ?? {};
  return {
    number,
    title: title ?? `Pull request ${number}`,
    speaks: true,
    url: url ?? null,
    author: author?.login ?? null,
    branch: standing.branch,
    base: standing.base,
    standing,
    unsure: !isMerged && before?.occurredAt === told.occurredAt && !isSame(before.standing, told.standing),
    reviews: statements.flatMap(({ reviews }) => reviews ?? []),
  };
}

function isSame(one: PullStanding | undefined, other: PullStanding): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
