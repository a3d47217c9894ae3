import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import { type PullCandidate, bringsHome } from '../../domain/backports/brings-home.ts';
import type { Backport } from '../../domain/backports/backport.ts';
import type { Review } from '../../domain/event.ts';
import { enqueueMixed } from '../../jobs/enqueue.ts';
import { catalogWith } from '../../timeline/aliases.ts';
import { verifyJob } from '../jobs.ts';
import { listBackports } from '../list.ts';
import type { DirectoryOf } from '../nags/known.ts';
import { branchOf } from '../place.ts';
import { heardOf } from './heard.ts';
import { type FollowedPull, columnsOf, keepFollowed } from './ledger.ts';
import { picksOf } from './kept.ts';
import type { PullDependencies } from './place.ts';
import { keepMergers } from './rights.ts';

export interface FollowDependencies extends PullDependencies {
  readonly directoryOf: DirectoryOf;
}

interface Followed {
  readonly repository: string;
  readonly number: number;
  /** Something was told of it just now. */
  readonly heard: boolean;
}

type Known = FollowedPull & Pick<PullCandidate, 'title' | 'speaks'> & { readonly reviews: readonly Review[] };

/**
 * Keeps where a pull request stands: by what was told of it, or else by asking its host. One that nobody linked yet is
 * linked to what it says that it brings home.
 */
export async function followPull(dependencies: FollowDependencies, followed: Followed): Promise<void> {
  const { db, host, now } = dependencies;
  const { repository, number } = followed;
  const pull = await standingOf(dependencies, followed);
  if (pull === null) {
    // Asked in vain: not again at once.
    await keepAsked(db, repository, number, now());
    return;
  }
  await linkNew(dependencies, repository, pull);
  const columns = columnsOf(pull, pull.reviews, now());
  // Before anybody is told that it can be merged.
  if (columns.state === 'approved' && host.outcome === 'host') {
    await keepMergers({ ...dependencies, host: host.host }, { repository, ...columns });
  }
  await keepFollowed(db, repository, columns);
  if (columns.state === 'merged') await enqueueMixed(db, [verifyJob(repository)]);
}

async function standingOf(
  { db, host }: PullDependencies,
  { repository, number, heard }: Followed,
): Promise<Known | null> {
  const told = await heardOf(db, repository, number);
  if ((heard && told !== null && !told.unsure) || host.outcome === 'none') return told;
  const read = await host.host.read(repository, number);
  if (read.outcome === 'refused') return told;
  return read.value === null ? null : { ...read.value.pull, reviews: read.value.reviews };
}

async function keepAsked(db: Kysely<Schema>, repository: string, number: number, now: Date): Promise<void> {
  await db
    .updateTable('backport_pulls')
    .set({ followed_at: now })
    .where('repository', '=', repository)
    .where('number', '=', number)
    .execute();
}

/** Of so many backports, those that are without a pull request, it is seen whether this is theirs. */
const mostAwaited = 5000;

async function linkNew(dependencies: PullDependencies, repository: string, pull: Known): Promise<void> {
  if (pull.standing.state === 'closed') return;
  const { db } = dependencies;
  const states = ['open', 'candidate', 'not-evaluable'] as const;
  const awaited = await listBackports(db, { repository, states, limit: mostAwaited });
  if (awaited.length === 0) return;
  const catalog = await catalogWith(db, dependencies.catalog);
  const picks = await picksOf(
    db,
    awaited.map(({ id }) => id),
  );
  for (const backport of awaited) {
    const pick = picks.get(backport.id);
    const tried = pick === undefined || pick.outcome === 'unknown' ? null : pick.base;
    const base = branchOf(catalog, { ...backport, repository }, backport.mirror) ?? tried;
    if (base === null || !isIts(pull, backport, base)) continue;
    await link(dependencies, repository, pull, backport);
  }
}

function isIts(pull: Known, backport: Backport, base: string): boolean {
  const candidate = { ...pull, named: pull.standing.named };
  return bringsHome(candidate, { ...backport, commits: backport.commits.map(({ commit }) => commit) }, base);
}

/** Unless it has one, or one is being made, which will find this one. */
async function link({ db, now }: PullDependencies, repository: string, pull: Known, { id }: Backport): Promise<void> {
  const columns = { ...columnsOf(pull, pull.reviews, now()), opened_by_us: false, head: null };
  await db
    .insertInto('backport_pulls')
    .values({ backport_id: id, repository, wanted_by: null, wanted_at: now(), ...columns })
    .onConflict((conflict) =>
      conflict
        .column('backport_id')
        .doUpdateSet(columns)
        .where(sql<boolean>`backport_pulls.state in ('failed', 'closed')`),
    )
    .execute();
}
