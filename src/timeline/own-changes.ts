import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { isHidden } from '../domain/viewer.ts';
import { type Bringing, type GoingBack, type Standing, standingsOf } from '../domain/on-its-way.ts';
import { changeColumns, changeOfRow } from './change-of-row.ts';

/** What somebody merged or wrote, and where it has come to. */
export interface OwnChange {
  readonly change: Change;
  readonly standings: readonly Standing[];
}

export interface OwnChanges {
  /** Newest first. */
  readonly changes: readonly OwnChange[];
  /** There are older ones within the time that is looked at. */
  readonly more: boolean;
}

interface OwnAsked {
  /** Lower-case: what the person is called. */
  readonly names: readonly string[];
  readonly limit: number;
  /** Services of which they see nothing: anybody can say that a name is theirs. */
  readonly hidden: readonly string[];
  readonly now: Date;
}

/** So far back, ... */
const span = 14 * 86_400_000;
/** ... and no further than this many merges of everybody, so that it takes no longer the more there are. */
const mostLookedAt = 20_000;
/** Deploys that brought one change: of a library in a repository of many services. */
const mostDeploys = 100;
/** Newer deploys of a place among which those that went back are looked for. */
const mostSince = 100;
const mostPlaces = 40;
/** Sources' clocks may run ahead of ours. */
const clockSkew = 600_000;

/**
 * The newest changes of the person who is called so: as who merged, wrote the pull request or one of its commits.
 */
export async function ownChanges(
  db: Kysely<Schema>,
  { names, limit, hidden, now }: OwnAsked,
  catalog: Catalog,
): Promise<OwnChanges> {
  if (names.length === 0) return { changes: [], more: false };
  const found = await merged(db, names, limit + 1, now, catalog);
  const seen = found.filter(({ services }) => !isHidden({ hidden }, services));
  const changes = seen.slice(0, limit);
  const brought = await deploysThatBrought(db, changes);
  const back = await deploysThatWentBack(db, [...brought.values()].flat());
  return {
    changes: changes.map((change) => ({
      change,
      standings: standingsOf(brought.get(change.id) ?? [], takenFrom(change, back)),
    })),
    more: found.length > limit,
  };
}

async function merged(
  db: Kysely<Schema>,
  names: readonly string[],
  limit: number,
  now: Date,
  catalog: Catalog,
): Promise<readonly Change[]> {
  const since = new Date(now.getTime() - span);
  const until = new Date(now.getTime() + clockSkew);
  // By the index alone (changes_of_people), which holds who is named: only what is theirs is read.
  const mine = sql<string>`(
    select id from (
      select id, at, actors from changes
      where kind in ('merge', 'config') and commit is not null and at is not null and at >= ${since} and at < ${until}
      order by at desc, id desc limit ${mostLookedAt}
    ) as recent
    where recent.actors && ${[...names]}::text[] order by recent.at desc, recent.id desc limit ${limit}
  )`;
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where(sql<boolean>`changes.id in ${mine}`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => changeOfRow(row, catalog));
}

/** By the id of the change: the deploys that name its commit or pull request, or carried it. */
async function deploysThatBrought(
  db: Kysely<Schema>,
  changes: readonly Change[],
): Promise<ReadonlyMap<string, readonly Bringing[]>> {
  const wanted = changes.flatMap(({ id, repository, commit, pullRequest }) => [
    ...(repository === null || commit === null ? [] : [{ id, type: 'commit', value: `${repository}@${commit}` }]),
    ...(pullRequest === null
      ? []
      : [{ id, type: 'pull-request', value: `${pullRequest.repository}#${pullRequest.number}` }]),
  ]);
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<{
    id: string;
    environment: string;
    service: string | null;
    at: Date;
    status: string | null;
  }>`
    select distinct wanted.id, deploy.change_id, deploy.environment, deploy.service, deploy.at, deploy.status
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as wanted (id text, type text, value text)
    cross join lateral (
      select mentions.change_id, changes.environment, changes.service, changes.at, changes.status
      from mentions join changes on changes.id = mentions.change_id
      where mentions.type = wanted.type and mentions.value = wanted.value collate "C"
        and changes.kind in ('deploy', 'rollback') and changes.at is not null and changes.environment is not null
      limit ${mostDeploys}
    ) as deploy
  `.execute(db);
  const deploys = rows.map(({ id, environment, service, at, status }): [string, Bringing] => [
    id,
    { environment, service, at, outcome: outcomeOf(status) },
  ]);
  return new Map([...Map.groupBy(deploys, ([id]) => id)].map(([id, all]) => [id, all.map(([, deploy]) => deploy)]));
}

function outcomeOf(status: string | null): Bringing['outcome'] {
  if (status === null || status === 'succeeded') return 'good';
  return status === 'started' ? 'running' : 'bad';
}

interface WentBack {
  readonly environment: string;
  readonly service: string;
  readonly at: Date;
  /** Commits that it took away. Null: not known. */
  readonly took: readonly string[] | null;
  readonly repository: string | null;
  readonly versionSince: Date | null;
}

/** In the places of these deploys, since the first of them. */
async function deploysThatWentBack(db: Kysely<Schema>, deploys: readonly Bringing[]): Promise<readonly WentBack[]> {
  const since = new Map<string, { environment: string; service: string; at: Date }>();
  for (const { environment, service, at, outcome } of deploys) {
    if (service === null || outcome !== 'good') continue;
    const key = JSON.stringify([environment, service]);
    const known = since.get(key);
    if (known === undefined || at < known.at) since.set(key, { environment, service, at });
  }
  if (since.size === 0) return [];
  const places = [...since.values()].slice(0, mostPlaces);
  const { rows } = await sql<{
    environment: string;
    service: string;
    at: Date;
    took: string[] | null;
    repository: string | null;
    since: Date | null;
  }>`
    select place.environment, place.service, back.at, back.repository, back.took, (
      select min(earlier.at) from mentions join changes as earlier on earlier.id = mentions.change_id
      where mentions.type = 'commit' and mentions.value = (back.repository || '@' || back.commit) collate "C"
        and earlier.kind in ('deploy', 'rollback') and earlier.environment = place.environment
        and earlier.service = place.service and (earlier.status is null or earlier.status = 'succeeded')
    ) as since
    from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as place (environment text, service text, at timestamptz)
    cross join lateral (
      select at, commit, repository, case when relation -> 'carried' ->> 'direction' = 'backward'
        then jsonb_path_query_array(relation, '$.carried.commits[*].sha') end as took
      from (
        select * from changes
        where kind in ('deploy', 'rollback') and at is not null and changes.service = place.service
          and changes.environment = place.environment and changes.at > place.at
        order by at desc limit ${mostSince}
      ) as after
      where kind = 'rollback' and (status is null or status = 'succeeded')
    ) as back
  `.execute(db);
  return rows.map(({ since: versionSince, ...row }) => ({ ...row, versionSince }));
}

function takenFrom({ repository, commit }: Change, back: readonly WentBack[]): readonly GoingBack[] {
  return back.map(({ took, repository: theirs, ...each }) => {
    const known = took !== null && commit !== null && theirs === repository;
    // That it is not among them says nothing where only the newest are known.
    const takes = known && took.includes(commit) ? true : null;
    return { ...each, takes };
  });
}
