import { type Kysely, type Transaction, sql } from 'kysely';
import type { BackportCommits } from '../database/backport-tables.ts';
import type { Schema } from '../database/schema.ts';
import type { BackportCommit, BackportState } from '../domain/backports/backport.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import { outsideText } from '../domain/outside-text.ts';
import { isHeardLate } from '../domain/backports/owed-facts.ts';
import { incidentOpenAt } from './known-pulls.ts';
import type { Place } from './place.ts';

export interface NewBackport {
  readonly state: BackportState;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly url: string | null;
  readonly owner: string | null;
  readonly why: string;
  readonly imported: boolean;
  /** Oldest first. */
  readonly commits: readonly BackportCommit[];
}

export interface Run {
  readonly seen: string | null;
}

/** How far this place has been looked at. Null: never. */
export async function runOf(db: Kysely<Schema>, place: Place): Promise<Run | null> {
  const row = await db
    .selectFrom('backport_runs')
    .select('seen')
    .where('repository', '=', place.repository)
    .where('service', '=', place.service ?? '')
    .where('reference', '=', place.reference)
    .where('mirror', '=', place.mirror)
    .executeTakeFirst();
  return row ?? null;
}

/** Without `seen`, what had been looked at stays so. */
export async function keepRun(
  db: Kysely<Schema>,
  { repository, service, reference, mirror }: Place,
  { seen, unreadable, now }: { readonly seen: string | null; readonly unreadable: string | null; readonly now: Date },
): Promise<void> {
  await db
    .insertInto('backport_runs')
    .values({
      repository,
      service: service ?? '',
      reference,
      mirror,
      seen,
      ran_at: now,
      unreadable,
      unreadable_since: unreadable === null ? null : now,
    })
    .onConflict((conflict) =>
      conflict.columns(['repository', 'service', 'reference', 'mirror']).doUpdateSet((eb) => ({
        seen: sql`coalesce(excluded.seen, backport_runs.seen)`,
        ran_at: eb.ref('excluded.ran_at'),
        unreadable: eb.ref('excluded.unreadable'),
        unreadable_since: sql`case when excluded.unreadable is not null
          then coalesce(backport_runs.unreadable_since, excluded.unreadable_since) end`,
      })),
    )
    .execute();
}

/** Null: it will stay so; otherwise why it must be tried again. Nothing is concluded from it. */
export async function keepUnreadable(
  db: Kysely<Schema>,
  place: Place,
  { why, again }: { readonly why: string; readonly again: boolean },
  now: Date,
): Promise<string | null> {
  await keepRun(db, place, { seen: null, unreadable: why, now });
  return again ? why : null;
}

/** Backports of one repository are written one at a time. Until the transaction ends. */
export async function lockRepository(trx: Transaction<Schema>, repository: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`backports of ${repository}`}, 0))`.execute(trx);
}

interface Opened {
  readonly found: readonly NewBackport[];
  readonly change: Change;
  /** Everything that leads to it has been looked at; null: not all of it has. */
  readonly seen: string | null;
  readonly now: Date;
}

/**
 * Opens those of which no commit is known in this place. On the first look at a place, they are marked as imported when
 * they say so; later only what was heard of long after it happened: history that is read again is no news.
 */
export async function openAll(db: Kysely<Schema>, place: Place, { found, change, seen, now }: Opened): Promise<void> {
  const { repository, service, reference, mirror } = place;
  const at = tookEffect(change);
  await db.transaction().execute(async (trx) => {
    await lockRepository(trx, repository);
    const isFirst = ((await runOf(trx, place))?.seen ?? null) === null;
    const late = isHeardLate({ at, recordedAt: change.recordedAt });
    const incident = await incidentOpenAt(trx, { service, environment: reference, at });
    const known = await knownCommits(
      trx,
      place,
      found.flatMap(({ commits }) => commits.map(({ commit }) => commit)),
    );
    for (const each of found) {
      const imported = late || (isFirst && each.imported);
      const commits = each.commits.filter(({ commit }) => !known.has(commit));
      // What is left of a fix that is here already: its merge, or more commits of it.
      if (commits.every(({ isMerge }) => isMerge) && commits.length < each.commits.length) continue;
      const { id } = await trx
        .insertInto('backports')
        .values({
          state: each.state,
          rule: change.kind === 'merge' ? 'merge' : 'deploy',
          service,
          reference,
          mirror,
          repository,
          pull_request: each.pullRequest,
          title: outsideText(each.title, 300) ?? '(no message)',
          url: each.url,
          why: outsideText(each.why, 1000) ?? 'is missing',
          note: null,
          owner: outsideText(each.owner, 320) ?? null,
          imported,
          opened_at: at,
          recorded_at: now,
          change_id: change.id,
          incident_id: imported ? null : incident,
          judged_at: now,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await trx
        .insertInto('backport_commits')
        .values(commits.map((commit, index) => rowOf(place, id, commit, index)))
        .execute();
    }
    await keepRun(trx, place, { seen, unreadable: null, now });
  });
}

/** Commits of this place that the mirror is still to get. */
export async function awaitedCommits(db: Kysely<Schema>, place: Place): Promise<readonly string[]> {
  const { rows } = await sql<{ commit: string }>`
    select commit from backport_commits join backports on backports.id = backport_id
    where backport_commits.repository = ${place.repository} and backport_commits.reference = ${place.reference}
      and backport_commits.mirror = ${place.mirror} and not is_merge
      and state in ('open', 'candidate', 'waived', 'not-evaluable')
  `.execute(db);
  return rows.map(({ commit }) => commit);
}

async function knownCommits(
  trx: Transaction<Schema>,
  { repository, reference, mirror }: Place,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await trx
    .selectFrom('backport_commits')
    .select('commit')
    .where('repository', '=', repository)
    .where('reference', '=', reference)
    .where('mirror', '=', mirror)
    .where(sql<boolean>`commit = any(${commits}::text[])`)
    .execute();
  return new Set(rows.map(({ commit }) => commit));
}

function rowOf({ repository, reference, mirror }: Place, id: string, commit: BackportCommit, place: number) {
  return {
    repository,
    reference,
    mirror,
    backport_id: id,
    place,
    commit: commit.commit,
    is_merge: commit.isMerge,
    title: commit.title,
    ...evidenceColumns(commit),
  };
}

/** As it is kept with a commit. */
export function evidenceColumns({ evidence, judgedAt }: Pick<BackportCommit, 'evidence' | 'judgedAt'>) {
  const { verdict, by, method, containment, missingFiles, revertedBy, reason } = evidence;
  return {
    verdict,
    method,
    found_in: by,
    containment,
    missing_files: missingFiles.map((file) => file.replaceAll('\0', '\uFFFD')),
    reverted_by: revertedBy,
    reason: outsideText(reason, 500) ?? null,
    judged_at: judgedAt,
  } satisfies Partial<BackportCommits>;
}
