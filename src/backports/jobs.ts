import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import type { Folded } from '../domain/fold.ts';
import { isReleaseBranch } from '../domain/release-branch.ts';
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

/** Has a deploy looked at for fixes that it takes back. `at`: not before; whoever waits to look at once still does. */
export function guardJob(changeId: string, at: Date | null = null): AnyJobRequest {
  const job = { name: 'guard-deploy', payload: { changeId, looks: true }, jobKey: `guard-deploy:${changeId}` } as const;
  return at === null ? job : { ...job, runAt: at, keepsTime: true };
}

/** Has what was found of a deploy shown, when Slack takes it. */
export function tellGuardJob(changeId: string, at: Date): AnyJobRequest {
  return { name: 'guard-deploy', payload: { changeId, looks: false }, jobKey: `tell-guard:${changeId}`, runAt: at };
}

/** Whether it is a deploy that may take back a fix: to an environment that another mirrors. */
export function isGuarded({ kind, at, environment }: Folded, { mirrors }: Watched): boolean {
  if ((kind !== 'deploy' && kind !== 'rollback') || at === null || environment === null) return false;
  return (mirrors.get(environment) ?? []).length > 0;
}

/** The jobs for deploys among what was recorded: at once, before what they carried is read. */
export function guardJobs(touched: readonly Touched[], watched: Watched): readonly AnyJobRequest[] {
  return touched.filter(({ change }) => isGuarded(change, watched)).map(({ id }) => guardJob(id));
}

/**
 * Whether a merge is at once of interest: to a branch that the settings name for an environment that is compared, or that
 * is named as people name what they deploy. Merges to other branches are found by `enqueueStale`: there are too many of
 * them to ask of each.
 */
export function isWatched(
  {
    kind,
    at,
    branch,
    commit,
    services,
    repository,
  }: Pick<Folded, 'kind' | 'at' | 'branch' | 'commit' | 'services' | 'repository'>,
  watched: Watched,
): boolean {
  if (kind !== 'merge' || at === null || branch === null || commit === null || repository === null) return false;
  if (isReleaseBranch(branch)) return watched.mirrors.size > 0;
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

/** Deploys that took effect longer ago are not looked at any more. */
const guarded = '1 day';
const mostGuarded = 20;

/** Has the deploys looked at that came after one of which only now it is known what it brought: they may take it back. */
export async function enqueueGuardsAfter(
  db: Kysely<Schema>,
  {
    environment,
    service,
    finishedAt,
    occurredAt,
  }: Pick<Change, 'environment' | 'service' | 'finishedAt' | 'occurredAt'>,
  now: Date,
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from changes
    where environment = ${environment} and service is not distinct from ${service} and kind in ('deploy', 'rollback')
      and at > ${finishedAt ?? occurredAt} and at > ${now}::timestamptz - ${guarded}::interval
    order by at desc, id desc limit ${mostGuarded}
  `.execute(db);
  await enqueueMixed(
    db,
    rows.map(({ id }) => guardJob(id)),
  );
}

/** A repository is looked at again after so long, in case that nobody told of a push. */
const longest = '6 hours';
/** What is older was seen by an earlier look, or is by that one. */
const recent = '15 minutes';
/** What could not be read is tried again when it has been so for as long again, and within these. */
const [soonest, latest] = ['15 minutes', '1 day'];

/**
 * Ends the snoozes that are over, and has the repositories judged again that have something to await: where something was
 * merged or deployed since they were judged, where a waiver has ended, and each after a while. What could not be read is
 * tried again, less and less often.
 */
export async function enqueueStale(db: Kysely<Schema>, now: Date): Promise<void> {
  await endPauses(db, now);
  const { rows } = await sql<{ repository: string }>`
    select repository from (
      select backports.repository,
        min(greatest(coalesce(judged_at, '-infinity'), case when unreadable is not null then ran_at end)) as looked_at,
        bool_or(state = 'waived' and waived_until <= ${now} and unreadable is null) as waiver_ended,
        min(coalesce(judged_at, '-infinity')) filter (where unreadable is null) as judged_at
      from backports left join backport_runs as run
        on run.repository = backports.repository and run.service = coalesce(backports.service, '')
          and run.reference = backports.reference and run.mirror = backports.mirror
      where backports.repository is not null and state not in ('live', 'lapsed') group by backports.repository
    ) as awaited
    where waiver_ended or judged_at < ${now}::timestamptz - ${longest}::interval or exists (
      select from changes
      where changes.repository = awaited.repository and changes.recorded_at > awaited.looked_at
        and changes.at > ${now}::timestamptz - ${recent}::interval and kind in ('merge', 'deploy', 'rollback')
    )
    order by repository
  `.execute(db);
  const again = await unreadableAgain(db, now);
  await enqueueMixed(db, [
    ...[...new Set([...rows, ...again].map(({ repository }) => repository))].map(verifyJob),
    ...[...new Set(again.flatMap(({ change_id: id }) => id ?? []))].map(openJob),
  ]);
}

/** Where nothing could be told and it is time to try again, with what the reference got last: it leads to all before. */
async function unreadableAgain(db: Kysely<Schema>, now: Date) {
  const { rows } = await sql<{ repository: string; change_id: string | null }>`
    with due as (
      update backport_runs set ran_at = ${now}
      where unreadable is not null and ran_at <= ${now}::timestamptz
        - least(greatest(ran_at - unreadable_since, ${soonest}::interval), ${latest}::interval)
      returning repository, service, reference
    )
    select due.repository, newest.id as change_id from due left join lateral (
      select id from changes
      where lower(changes.repository) = lower(due.repository) and changes.commit ~ '^[0-9a-f]{40}$' and at is not null
        and (status is null or status = 'succeeded') and changes.service is not distinct from nullif(due.service, '')
        and kind in ('deploy', 'rollback') and environment = due.reference
      order by at desc, id desc limit 1
    ) as newest on true
    order by 1, 2
  `.execute(db);
  return rows;
}
