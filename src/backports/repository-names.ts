import { type Kysely, type Transaction, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Renamed, namesNow } from '../domain/repository-names.ts';
import { lockRepository } from './ledger.ts';

/** What a repository is called now. */
export async function nameNow(db: Kysely<Schema>, repository: string): Promise<string> {
  const row = await db
    .selectFrom('repository_names')
    .select('new')
    .where('old', '=', repository.toLowerCase())
    .executeTakeFirst();
  return row?.new ?? repository;
}

/** Every name, lower-case, under which changes may tell of a repository. */
export function namesOf(repository: string) {
  return sql`(select lower(${repository}) union all select old from repository_names where new = lower(${repository}))`;
}

/** `acme/shop>acme/checkout@2026-11-20T14:19:58.000Z`, and nothing else: whoever may tell of changes may tell of this. */
const renameIdentity = '^[\\w.-]{1,50}/[\\w.-]{1,100}>[\\w.-]{1,50}/[\\w.-]{1,100}@[0-9TZ:.-]{1,30}$';

/** Takes over what hosts told of renamed repositories: what is known of them is kept under their names of now. */
export async function followRenames(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<Renamed>`
    select lower(split_part(value, '>', 1)) as before, lower(split_part(split_part(value, '>', 2), '@', 1)) as after, at
    from identities join changes on changes.id = change_id
    where type = 'repository-rename' and at is not null and value ~ ${renameIdentity}
    order by at, changes.id
  `.execute(db);
  const names = namesNow(rows);
  const known = await db.selectFrom('repository_names').select(['old', 'new']).execute();
  const isKnown = known.length === names.size && known.every((each) => names.get(each.old)?.now === each.new);
  if (isKnown) return;
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('repository names', 0))`.execute(trx);
    await trx.deleteFrom('repository_names').execute();
    for (const [old, { now, at }] of names) {
      await trx.insertInto('repository_names').values({ old, new: now, renamed_at: at }).execute();
      await moveTo(trx, old, now);
    }
  });
}

/** What is known under both names, because it was looked at under the new one first, is kept once. */
async function moveTo(trx: Transaction<Schema>, old: string, now: string): Promise<void> {
  const { rows } = await sql<{ repository: string }>`
    select distinct repository from backport_runs where lower(repository) = ${old}
  `.execute(trx);
  for (const { repository } of rows) {
    for (const each of [repository, now].toSorted()) await lockRepository(trx, each);
    await sql`
      delete from backport_commits as mine using backport_commits as theirs
      where mine.repository = ${repository} and theirs.repository = ${now} and theirs.commit = mine.commit
        and theirs.reference = mine.reference and theirs.mirror = mine.mirror
    `.execute(trx);
    await sql`update backport_commits set repository = ${now} where repository = ${repository}`.execute(trx);
    await sql`
      update backports set state = 'lapsed', note = ${`it is known under the repository's new name, ${now}`},
        landed_at = null, live_at = null, live_id = null
      where repository = ${repository} and not exists (select from backport_commits where backport_id = backports.id)
    `.execute(trx);
    await sql`update backports set repository = ${now} where repository = ${repository}`.execute(trx);
    // How far it was looked at counts on, unless it was looked at under its new name.
    await sql`
      insert into backport_runs (repository, service, reference, mirror, seen, ran_at)
      select ${now}, service, reference, mirror, seen, ran_at from backport_runs where repository = ${repository}
      on conflict do nothing
    `.execute(trx);
    await sql`delete from backport_runs where repository = ${repository}`.execute(trx);
    await sql`
      insert into commit_fingerprints (repository, commit, version, parents, author, authored_at, message, patch,
        bare_patch, lines, size, files, is_binary)
      select ${now}, commit, version, parents, author, authored_at, message, patch, bare_patch, lines,
        size, files, is_binary
      from commit_fingerprints where repository = ${repository} on conflict do nothing
    `.execute(trx);
    await sql`delete from commit_fingerprints where repository = ${repository}`.execute(trx);
  }
}
