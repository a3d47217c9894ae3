import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import type { Actor } from '../domain/event.ts';
import type { Background } from '../domain/suspects.ts';
import { versionKey } from './anchors.ts';

export type NamesOf = (actors: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

export interface BackgroundDependencies {
  readonly db: Kysely<Schema>;
  /** By environment, those that a version should have been in before. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /** All names, lower-case, of the people called these, by what they are called; nothing of whom nobody said. */
  readonly namesOf: NamesOf;
}

/** Looked up for at most this many changes; the newest, as they are given newest first. */
const most = 500;
/** A version that was in a mirror more deploys ago than this is taken for skipping it. */
const remembered = 50;
/** Fewer deploys of a service tell nothing about who usually makes them. */
const enough = 10;

/** What only the history knows of deploys, by the change's id: nothing is said of those about which it knows nothing. */
export async function backgroundOf(
  { db, mirrors, namesOf }: BackgroundDependencies,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, Background>> {
  const own = changes.flatMap((change) => candidateOf(change, mirrors)).slice(0, most);
  if (own.length === 0) return new Map();
  const names = await namesOf([...new Set(own.flatMap(({ actors }) => actors))]);
  const deploys = own.map((each) => ({
    ...each,
    actors: each.actors.flatMap((actor) => [actor, ...(names.get(actor) ?? [])]),
  }));
  const [skipping, byNew] = await Promise.all([skippedMirrors(db, deploys), byNewActors(db, deploys)]);
  return new Map(deploys.map(({ id }) => [id, { skippedStaging: skipping.has(id), newActor: byNew.has(id) }] as const));
}

/** The ids of deploys among them that skipped the mirrors of their environment; the newest are looked up. */
export async function thoseThatSkipped(
  db: Kysely<Schema>,
  mirrors: BackgroundDependencies['mirrors'],
  changes: readonly Change[],
): Promise<readonly { readonly id: string; readonly mirrored: boolean }[]> {
  const deploys = changes.flatMap((change) => candidateOf(change, mirrors)).slice(0, most);
  const skipping = await skippedMirrors(db, deploys);
  const skipped = deploys.filter(({ id }) => skipping.has(id));
  if (skipped.length === 0) return [];
  const { rows } = await mirroredLaterQuery(skipped).execute(db);
  const later = new Set(rows.map(({ id }) => id));
  return skipped.map(({ id }) => ({ id, mirrored: later.has(id) }));
}

interface Candidate {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string | null;
  readonly commit: string | null;
  readonly mirrors: readonly string[];
  readonly actors: readonly string[];
}

function candidateOf(change: Change, mirrors: BackgroundDependencies['mirrors']): readonly Candidate[] {
  const { id, kind, service, environment, to, commit, actor } = change;
  if (kind !== 'deploy' || service === null || environment === null) return [];
  return [
    {
      id,
      at: tookEffect(change).toISOString(),
      service,
      environment,
      version: to === null ? null : versionKey(to),
      commit,
      mirrors: mirrors.get(environment) ?? [],
      actors: actor === null ? [] : namesIn(actor),
    },
  ];
}

function namesIn({ login, name, email }: Actor): readonly string[] {
  return [login, name, email].flatMap((each) => each?.toLowerCase() ?? []);
}

/**
 * Those whose version and commit were in no mirror of their environment before, though their service is deployed to one.
 * Where commits show that nothing of a service in this environment ever came through a mirror, its builds differ.
 */
async function skippedMirrors(db: Kysely<Schema>, deploys: readonly Candidate[]): Promise<ReadonlySet<string>> {
  const asked = deploys.filter(({ mirrors, version, commit }) => mirrors.length > 0 && (version ?? commit) !== null);
  if (asked.length === 0) return new Set();
  const { rows } = await skippedQuery(asked).execute(db);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Everything is read for each deploy through an index and a limit: of a label that a million deploys share, no more than
 * the remembered ones are looked up. A scalar subquery with a limit is never turned into a join of whole tables.
 */
export function skippedQuery(deploys: readonly Candidate[]) {
  return sql<{ id: string }>`
    select candidate.id
    from jsonb_to_recordset(${JSON.stringify(deploys)}::jsonb) as candidate (
      id bigint, at timestamptz, service text, environment text, version text, commit text, mirrors text[]
    ) cross join lateral (
      select array_agg(deploy.id) as ids, coalesce(array_agg(deploy.commit) filter (where commit is not null), '{}') as commits
      from unnest(candidate.mirrors) as mirror cross join lateral (
        select id, commit from changes
        where service = candidate.service and environment = mirror and kind in ('deploy', 'rollback')
          and at is not null and at <= candidate.at and (status is null or status not in ('failed', 'cancelled'))
        order by at desc, id desc limit ${remembered}
      ) as deploy
    ) as mirrored
    where mirrored.ids is not null
      and (candidate.commit is null or candidate.commit <> all(mirrored.commits))
      and (
        select change_id from mentions
        where type = 'version' and value = candidate.version collate "C" and change_id = any(mirrored.ids) limit 1
      ) is null
      and (candidate.commit is null or (
        select bool_or(commit = any(mirrored.commits)) from (
          select commit from changes
          where service = candidate.service and environment = candidate.environment and kind in ('deploy', 'rollback')
            and at is not null and at < candidate.at and commit is not null
          order by at desc, id desc limit ${enough}
        ) as before
      ) is distinct from false)
  `;
}

/** Of those that skipped, the ones that were deployed to a mirror afterwards. As bounded as the other. */
export function mirroredLaterQuery(deploys: readonly Candidate[]) {
  return sql<{ id: string }>`
    select candidate.id
    from jsonb_to_recordset(${JSON.stringify(deploys)}::jsonb) as candidate (
      id bigint, at timestamptz, service text, version text, commit text, mirrors text[]
    ) cross join lateral (
      select coalesce(array_agg(deploy.id), '{}') as ids,
        coalesce(array_agg(deploy.commit) filter (where commit is not null), '{}') as commits
      from unnest(candidate.mirrors) as mirror cross join lateral (
        select id, commit from changes
        where service = candidate.service and environment = mirror and kind in ('deploy', 'rollback')
          and at is not null and at > candidate.at and (status is null or status not in ('failed', 'cancelled'))
        order by at, id limit ${remembered}
      ) as deploy
    ) as mirrored
    where candidate.commit = any(mirrored.commits)
      or (
        select change_id from mentions
        where type = 'version' and value = candidate.version collate "C" and change_id = any(mirrored.ids) limit 1
      ) is not null
  `;
}

/** Those whose service was often deployed there before, and never by whoever made them. */
async function byNewActors(db: Kysely<Schema>, deploys: readonly Candidate[]): Promise<ReadonlySet<string>> {
  const asked = deploys.filter(({ actors }) => actors.length > 0);
  if (asked.length === 0) return new Set();
  const { rows } = await newActorsQuery(asked).execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** As bounded as the other. */
export function newActorsQuery(deploys: readonly Candidate[]) {
  return sql<{ id: string }>`
    select candidate.id
    from jsonb_to_recordset(${JSON.stringify(deploys)}::jsonb) as candidate (
      id bigint, at timestamptz, service text, environment text, actors text[]
    ) cross join lateral (
      select count(*) as deploys, bool_or(before.actors && candidate.actors) as any_by_them from (
        select actors from changes
        where service = candidate.service and environment = candidate.environment and kind in ('deploy', 'rollback')
          and at is not null and at < candidate.at
        order by at desc, id desc limit ${remembered}
      ) as before
    ) as history
    where deploys >= ${enough} and not any_by_them
  `;
}
