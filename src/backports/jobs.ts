import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Folded } from '../domain/fold.ts';
import { type AnyJobRequest, enqueueMixed } from '../jobs/enqueue.ts';
import type { Touched } from '../timeline/record.ts';
import { endPauses } from './end-pauses.ts';
import { branchOf } from './place.ts';

export interface Watched {
  readonly catalog: Catalog;
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
}

/** Has what a repository's backports have become judged anew: once, however often it is asked for meanwhile. */
export function verifyJob(repository: string): AnyJobRequest {
  return { name: 'verify-backports', payload: { repository }, jobKey: `verify-backports:${repository}` };
}

/** Has what a change brought looked at. */
export function openJob(changeId: string): AnyJobRequest {
  return { name: 'open-backports', payload: { changeId }, jobKey: `open-backports:${changeId}` };
}

/**
 * Whether a merge is at once of interest: to a branch that the settings name for an environment that is compared. Merges
 * to other branches are found by `enqueueStale`: there are too many of them to ask of each.
 */
export function isWatched({ kind, at, branch, commit, services, repository }: Folded, watched: Watched): boolean {
  if (kind !== 'merge' || at === null || branch === null || commit === null || repository === null) return false;
  return services.some((service) =>
    [...watched.mirrors].some(([reference, others]) =>
      [reference, ...others].some((each) => branchOf(watched.catalog, { service, repository }, each) === branch),
    ),
  );
}

/** The jobs for what was recorded. A merge is looked at by what it opens, which then has judged what it may end. */
export function backportJobs(touched: readonly Touched[], watched: Watched): readonly AnyJobRequest[] {
  return touched.filter(({ change }) => isWatched(change, watched)).map(({ id }) => openJob(id));
}

/** A repository is looked at again after so long, in case that nobody told of a push. */
const longest = '6 hours';
/** What is older was seen by an earlier look, or is by that one. */
const recent = '15 minutes';

/**
 * Ends the snoozes that are over, and has the repositories judged again that have something to await: where something was merged or deployed since they were
 * judged, where a waiver has ended, and each after a while.
 */
export async function enqueueStale(db: Kysely<Schema>, now: Date): Promise<void> {
  await endPauses(db, now);
  const { rows } = await sql<{ repository: string }>`
    select repository from (
      select repository, min(coalesce(judged_at, '-infinity')) as judged_at,
        bool_or(state = 'waived' and waived_until <= ${now}) as waiver_ended
      from backports where repository is not null and state not in ('live', 'lapsed') group by repository
    ) as awaited
    where waiver_ended or judged_at < ${now}::timestamptz - ${longest}::interval or exists (
      select from changes
      where changes.repository = awaited.repository and changes.recorded_at > awaited.judged_at
        and changes.at > ${now}::timestamptz - ${recent}::interval and kind in ('merge', 'deploy', 'rollback')
    )
    order by repository
  `.execute(db);
  await enqueueMixed(
    db,
    rows.map(({ repository }) => verifyJob(repository)),
  );
}
