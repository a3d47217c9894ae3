import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { changeName, tookEffect } from '../domain/change-words.ts';
import type { Change } from '../domain/change.ts';
import type { Cause, Pair } from '../domain/comparison/difference.ts';
import { type DeployedVersion, type VersionVerdict, versionVerdict } from '../domain/version-verdict.ts';
import { contains } from '../git/contains.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';

export interface RunningVersion {
  readonly version: string;
  readonly commit: string | null;
  readonly at: Date;
  readonly changeId: string;
}

export interface VersionComparison {
  readonly service: string;
  readonly reference: RunningVersion | null;
  readonly mirror: RunningVersion | null;
  readonly verdict: VersionVerdict['verdict'];
  /** Since when they differ. */
  readonly since: Date | null;
  readonly cause: Cause | null;
  readonly why: string;
}

export interface VersionDependencies {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  /** Null: no repository is at hand, and histories are compared by what was deployed only. */
  readonly git: GitOrigin | null;
}

/** Deploys of a service to an environment that are looked back at. */
const remembered = 50;
/** Services whose histories git is asked about, in one comparison. */
const mostAsked = 100;

/** What runs where by the timeline itself, of every service that was deployed to either (or of those named). */
export async function compareVersions(
  { db, catalog, git }: VersionDependencies,
  { reference, mirror }: Pair,
  services: readonly string[] | null,
  at: Date,
): Promise<readonly VersionComparison[]> {
  const names = { reference, mirror };
  const histories = await deploysOf(db, [reference, mirror], services, at);
  const apart = [...histories].map(([service, by]) => ({
    service,
    names,
    reference: by.get(reference) ?? [],
    mirror: by.get(mirror) ?? [],
  }));
  const judged: (readonly [(typeof apart)[number], VersionVerdict])[] = [];
  let asked = 0;
  for (const each of apart) {
    const first = versionVerdict({ ...each, ancestry: { referenceInMirror: null, mirrorInReference: null } });
    const needsGit = first.verdict === 'reference-only' || first.verdict === 'unknown';
    const pair = needsGit && git !== null && asked < mostAsked ? commitsOf(each) : null;
    if (pair !== null) asked += 1;
    judged.push([
      each,
      pair === null || git === null ? first : versionVerdict({ ...each, ancestry: await ancestryOf(git, pair) }),
    ]);
  }
  const told = await changesOf(db, catalog, judged.flatMap(namedIds));
  return judged.map(([each, verdict]) => {
    const cause = told.get(verdict.causeId ?? '');
    return {
      service: each.service,
      reference: runningOf(each.reference[0], told),
      mirror: runningOf(each.mirror[0], told),
      verdict: verdict.verdict,
      since: verdict.since,
      cause: cause === undefined ? null : causeOf(cause, verdict.why),
      why: verdict.why,
    };
  });
}

interface DeployRow extends DeployedVersion {
  readonly service: string;
  readonly environment: string;
}

/** The last successful deploys by service and environment, newest first: one query, an index look-up for each place. */
async function deploysOf(
  db: Kysely<Schema>,
  environments: readonly string[],
  services: readonly string[] | null,
  at: Date,
): Promise<ReadonlyMap<string, ReadonlyMap<string, readonly DeployedVersion[]>>> {
  const wanted = services === null ? sql`select name from services` : sql`select unnest(${services}::text[]) as name`;
  const { rows } = await sql<DeployRow>`
    select known.name as service, environment, deploy."changeId", deploy.at, deploy.rollback, deploy.repository,
      deploy.commit, regexp_replace(lower(deploy.version), '^v(?=\\d)', '') as version
    from (${wanted}) as known
      cross join unnest(${environments}::text[]) as environment
      cross join lateral (
        select id as "changeId", at, kind = 'rollback' as rollback, repository, commit, (
            select said.event -> 'statement' ->> 'to' from jsonb_array_elements(events) with ordinality as said (event, place)
            where said.event -> 'statement' ->> 'to' is not null
            order by coalesce((said.event -> 'statement' ->> 'authority')::numeric, 0) desc,
              said.event -> 'statement' ->> 'occurredAt' desc, said.place desc
            limit 1
          ) as version
        from changes
        where service = known.name and changes.environment = environment.environment
          and kind in ('deploy', 'rollback') and at is not null and at <= ${at.toISOString()}
          and (status is null or status = 'succeeded')
        order by at desc, id desc limit ${remembered}
      ) as deploy
    order by service, environment, deploy.at desc, deploy."changeId" desc
  `.execute(db);
  const found = new Map<string, Map<string, DeployedVersion[]>>();
  for (const { service, environment, ...deploy } of rows) {
    const of = found.get(service) ?? new Map<string, DeployedVersion[]>();
    found.set(service, of);
    const there = of.get(environment) ?? [];
    of.set(environment, there);
    there.push(deploy);
  }
  return found;
}

interface CommitPair {
  readonly repository: string;
  readonly reference: string;
  readonly mirror: string;
}

function commitsOf(each: { reference: readonly DeployedVersion[]; mirror: readonly DeployedVersion[] }) {
  const { repository = null, commit: reference = null } = each.reference[0] ?? {};
  const { repository: other = null, commit: mirror = null } = each.mirror[0] ?? {};
  if (repository === null || repository !== other || reference === null || mirror === null) return null;
  return { repository, reference, mirror };
}

async function ancestryOf(git: GitOrigin, { repository, reference, mirror }: CommitPair) {
  const [referenceInMirror, mirrorInReference] = await Promise.all([
    contains(git, repository, { part: reference, whole: mirror }),
    contains(git, repository, { part: mirror, whole: reference }),
  ]);
  return { referenceInMirror, mirrorInReference };
}

function namedIds([{ reference, mirror }, { causeId }]: readonly [
  { readonly reference: readonly DeployedVersion[]; readonly mirror: readonly DeployedVersion[] },
  VersionVerdict,
]): readonly string[] {
  return [reference[0]?.changeId, mirror[0]?.changeId, causeId ?? undefined].filter((id) => id !== undefined);
}

async function changesOf(
  db: Kysely<Schema>,
  catalog: Catalog,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Change>> {
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where(sql<boolean>`id = any(${[...new Set(ids)]}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, changeOfRow(row, catalog)]));
}

/** As it was written, not as it is compared. */
function runningOf(deploy: DeployedVersion | undefined, told: ReadonlyMap<string, Change>): RunningVersion | null {
  if (deploy === undefined) return null;
  const { changeId, at, commit } = deploy;
  const version = told.get(changeId)?.to ?? deploy.version ?? commit?.slice(0, 7);
  return version === undefined ? null : { version, commit, at, changeId };
}

function causeOf(change: Change, why: string): Cause {
  return {
    changeId: change.id,
    kind: change.kind,
    title: changeName(change),
    at: tookEffect(change),
    url: change.url,
    confidence: 'certain',
    why,
  };
}
