import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../database/schema.ts';
import type { Folded } from '../../domain/fold.ts';
import { type AnyJobRequest, enqueueMixed } from '../../jobs/enqueue.ts';
import type { Touched } from '../../timeline/record.ts';

/** Has the pull request made that somebody asked for. */
export function openPullJob(backportId: string): AnyJobRequest {
  const jobKey = `open-backport-pull:${backportId}`;
  // Somebody waits for it.
  return { name: 'open-backport-pull', payload: { backportId }, jobKey, first: true };
}

function followJob(repository: string, number: number, heard: boolean): AnyJobRequest {
  const jobKey = `follow-backport-pull:${repository}#${number}`;
  return { name: 'follow-backport-pull', payload: { repository, number, heard }, jobKey };
}

/** Whether it is about a pull request that speaks of a backport. */
export function isFollowed({ identities, pullRequest }: Folded): boolean {
  return pullRequest !== null && identities.some(({ type }) => type === 'backport-pull');
}

/** The jobs for what was recorded of pull requests. */
export function pullJobs(touched: readonly Touched[]): readonly AnyJobRequest[] {
  return touched.flatMap(({ change }) =>
    change.pullRequest !== null && isFollowed(change)
      ? [followJob(change.pullRequest.repository, change.pullRequest.number, true)]
      : [],
  );
}

/** Where a pull request stands is asked again after so long, in case that nobody told. */
const longest = '15 minutes';

/** Has the git host asked about pull requests of which nothing was heard for a while. */
export async function enqueueUnheard(db: Kysely<Schema>, now: Date): Promise<void> {
  const { rows } = await sql<{ repository: string; number: number }>`
    select distinct repository, number from backport_pulls
    where state in ('draft', 'review-wanted', 'changes-requested', 'approved') and number is not null
      and coalesce(followed_at, '-infinity') < ${now}::timestamptz - ${longest}::interval
    order by repository, number limit 100
  `.execute(db);
  await enqueueMixed(
    db,
    rows.map(({ repository, number }) => followJob(repository, number, false)),
  );
}
