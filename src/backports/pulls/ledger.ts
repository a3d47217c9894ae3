import { type Kysely, type UpdateObject, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { pullStateOf } from '../../domain/backports/pull-state.ts';
import type { Review } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import type { HostPull } from './host.ts';

/** What somebody asked for and is not made yet. */
export interface Wanted {
  readonly backportId: string;
  readonly repository: string;
  readonly branch: string;
  readonly attempt: number;
  readonly wantedBy: string | null;
  readonly wantedAt: Date;
  /** What an earlier run was about to push. */
  readonly head: string | null;
}

/** Null: nobody wants it, or it is made. */
export async function wantedPull(db: Kysely<Schema>, backportId: string): Promise<Wanted | null> {
  const row = await db
    .selectFrom('backport_pulls')
    .selectAll()
    .where('backport_id', '=', backportId)
    .where('state', '=', 'wanted')
    .executeTakeFirst();
  if (row === undefined) return null;
  const { repository, branch, attempt, wanted_by: wantedBy, wanted_at: wantedAt, head } = row;
  return { backportId, repository, branch, attempt, wantedBy, wantedAt, head };
}

export async function keepOpened(db: Kysely<Schema>, wanted: Wanted, pull: HostPull, now: Date): Promise<void> {
  await write(db, wanted, { ...columnsOf(pull, [], now), opened_by_us: true });
}

export async function keepLinked(db: Kysely<Schema>, wanted: Wanted, pull: HostPull, now: Date): Promise<void> {
  // Its reviews are not known yet.
  await write(db, wanted, { ...columnsOf(pull, [], now), opened_by_us: false, head: null, followed_at: null });
}

export async function keepFailed(db: Kysely<Schema>, wanted: Wanted, why: string, now: Date): Promise<void> {
  await write(db, wanted, { state: 'failed', problem: problemOf(why), updated_at: now });
}

/** It is still being made, and this is why it is not yet. */
export async function keepWaiting(db: Kysely<Schema>, wanted: Wanted, why: string): Promise<void> {
  await write(db, wanted, { problem: problemOf(why) });
}

export async function keepHead(db: Kysely<Schema>, wanted: Wanted, head: string): Promise<void> {
  await write(db, wanted, { head });
}

/** Unless it was made meanwhile, or asked for anew. */
async function write(
  db: Kysely<Schema>,
  { backportId, attempt }: Wanted,
  columns: UpdateObject<Schema, 'backport_pulls'>,
): Promise<void> {
  await db
    .updateTable('backport_pulls')
    .set(columns)
    .where('backport_id', '=', backportId)
    .where('attempt', '=', attempt)
    .where('state', '=', 'wanted')
    .execute();
}

export type FollowedPull = Pick<HostPull, 'number' | 'url' | 'author' | 'branch' | 'base' | 'standing'>;

/** A pull request as it is kept. */
export function columnsOf(
  { number, url, author, branch, base, standing }: FollowedPull,
  reviews: readonly Review[],
  now: Date,
) {
  const { state, reviewers, approvers } = pullStateOf(standing, reviews);
  return {
    state,
    number,
    url,
    author,
    branch,
    base,
    reviewers: [...reviewers],
    approvers: [...approvers],
    problem: null,
    updated_at: now,
    followed_at: now,
  };
}

/** Has what is known of a pull request altered everywhere that it is linked. Nothing is said to have moved that did not. */
export async function keepFollowed(
  db: Kysely<Schema>,
  repository: string,
  { updated_at: at, ...columns }: ReturnType<typeof columnsOf>,
): Promise<void> {
  await db
    .updateTable('backport_pulls')
    .set({
      ...columns,
      updated_at: sql`case when state = ${columns.state} and reviewers = ${columns.reviewers}::text[] then updated_at else ${at} end`,
    })
    .where('repository', '=', repository)
    .where('number', '=', columns.number)
    .where('state', 'not in', ['wanted', 'failed'])
    .execute();
}

function problemOf(why: string): string {
  return outsideText(why, 2000) ?? 'It could not be made.';
}
