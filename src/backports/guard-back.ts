import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { shorten } from '../domain/shorten.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { versionOf } from './gate-version.ts';
import { listBackports } from './list.ts';
import { fixesIn } from './lost-fixes.ts';
import type { GuardedPlace } from './guard.ts';
import type { BackportDependencies } from './place.ts';

/** Of the deploys since a fix was gone, so many are looked at for the one that brought it back. */
const mostDeploys = 10;
const most = 10_000;

interface Gone {
  readonly change_id: string;
  readonly backport_id: string;
  readonly at: Date;
}

interface Later {
  readonly id: string;
  readonly at: Date;
  readonly version: string | null;
}

/**
 * Which fixes that deploys took out of this place are there again, with the deploy that brought each. The ids of the
 * deploys that had taken them. What cannot be read is looked at again with the next deploy.
 */
export async function settleBack(dependencies: BackportDependencies, place: GuardedPlace): Promise<readonly string[]> {
  const { db, git } = dependencies;
  const gone = await goneFrom(db, place);
  const [first] = gone;
  if (first === undefined || git === null) return [];
  const deploys = await goodDeploysSince(dependencies, place, first.at);
  const all = await listBackports(db, { repository: place.repository, reference: place.environment, limit: most });
  const fixes = all.filter(({ id }) => gone.some((each) => each.backport_id === id));
  const has = async (deploy: Later) => fixesThere({ ...dependencies, git }, place, deploy, fixes);
  const newest = deploys.at(-1);
  const now = newest === undefined ? null : await has(newest);
  if (newest === undefined || now === null || now.size === 0) return [];
  const settled = new Set<string>();
  for (const deploy of deploys) {
    const there = deploy === newest ? now : await has(deploy);
    if (there === null) continue;
    for (const each of gone.filter(({ at, backport_id: id }) => at < deploy.at && there.has(id) && now.has(id))) {
      if (await keepBack(db, each, deploy.id)) settled.add(each.change_id);
    }
  }
  return [...settled];
}

async function fixesThere(
  dependencies: BackportDependencies & { readonly git: NonNullable<BackportDependencies['git']> },
  { repository, service }: GuardedPlace,
  { version }: Later,
  fixes: Parameters<typeof fixesIn>[2],
): Promise<ReadonlySet<string> | null> {
  if (version === null) return null;
  const known = await versionOf(dependencies, { service, version, repository });
  if (known.outcome === 'unknown') return null;
  const versions = { origin: dependencies.git, gitDir: known.gitDir, repository, next: known.commit };
  return fixesIn(dependencies.db, versions, fixes);
}

/** What is not there as far as is known, the longest gone first. Only a deploy that went through took anything. */
async function goneFrom(db: Kysely<Schema>, { environment, service }: GuardedPlace): Promise<readonly Gone[]> {
  const { rows } = await sql<Gone>`
    select change_id, backport_id, changes.at from guarded_fixes join changes on changes.id = change_id
    where back_id is null and environment = ${environment} and service is not distinct from ${service}
      and changes.at is not null and (status is null or status = 'succeeded')
    order by changes.at, change_id limit 1000
  `.execute(db);
  return rows;
}

/** Oldest first, as many as are looked at, the newest among them. */
async function goodDeploysSince(
  { db, catalog }: Pick<BackportDependencies, 'db' | 'catalog'>,
  { environment, service }: GuardedPlace,
  since: Date,
): Promise<readonly Later[]> {
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', '=', environment)
    .where(sql<boolean>`service is not distinct from ${service}`)
    .where('kind', 'in', ['deploy', 'rollback'])
    .where('at', '>', since)
    .where(sql<boolean>`(status is null or status = 'succeeded')`)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostDeploys)
    .execute();
  return rows.toReversed().flatMap((row) => {
    const { id, commit, to } = changeOfRow(row, catalog);
    return row.at === null ? [] : [{ id, at: row.at, version: commit ?? to }];
  });
}

async function keepBack(db: Kysely<Schema>, { change_id: id, backport_id: fix }: Gone, by: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('guarded_fixes')
    .set({ back_id: by })
    .where('change_id', '=', id)
    .where('backport_id', '=', fix)
    .where('back_id', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * An obligation stays open when a deploy takes its fix out of the reference: the mirror lacks it still, and neither is to
 * lose it for good. A note says so until it is there again. Only a revert lapses it.
 */
export async function noteLost(
  { db, catalog }: Pick<BackportDependencies, 'db' | 'catalog'>,
  { repository, environment }: GuardedPlace,
): Promise<void> {
  const ours = `${environment} lost it with `;
  const gone = await db
    .selectFrom('guarded_fixes')
    .innerJoin('changes', 'changes.id', 'guarded_fixes.change_id')
    .select([...changeColumns, 'backport_id'])
    .where('back_id', 'is', null)
    // Of what nobody can tell nothing is concluded.
    .where('unsure', '=', false)
    .where('environment', '=', environment)
    .where('at', 'is not', null)
    .where(sql<boolean>`(status is null or status = 'succeeded')`)
    .orderBy('at')
    .orderBy('changes.id')
    .execute();
  const notes = gone.map((row): readonly [string, string] => {
    const { to, commit } = changeOfRow(row, catalog);
    return [row.backport_id, `${ours}${shorten(to ?? commit?.slice(0, 7) ?? 'a deploy', 100)}`];
  });
  await sql`
    with gone (id, note) as (
      select distinct on (id) id, note from unnest(${notes.map(([id]) => id)}::bigint[], ${notes.map(([, note]) => note)}::text[])
        with ordinality as told (id, note, place) order by id, place desc
    ), noted as (
      select backports.id, gone.note from backports left join gone on gone.id = backports.id
      where repository = ${repository} and reference = ${environment}
        and state in ('open', 'candidate', 'not-evaluable')
        and (backports.note is null or starts_with(backports.note, ${ours}))
        and backports.note is distinct from gone.note
    )
    update backports set note = noted.note from noted where backports.id = noted.id
  `.execute(db);
}
