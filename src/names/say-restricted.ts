import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { plainName } from '../domain/known-names.ts';
import type { RestrictedService } from '../domain/viewer.ts';

/** A name that no process says any more is forgotten after this. */
const forgotten = '5 minutes';

/**
 * Says which services are restricted by the settings of this process, for the views that others read. At a start, at each
 * edit and once a minute: processes of different settings hide what any of them hides. A name is hidden at once and shown
 * five minutes after the last process has said it, and never while nobody has said anything for so long before: whoever
 * comes back first does not show what another still hides. By the clock of the database, which all of them share.
 */
export async function sayRestricted(db: Kysely<Schema>, services: readonly RestrictedService[]): Promise<void> {
  const said = [...new Set(services.flatMap(({ names }) => names.flatMap((name) => [name, plainName(name)])))];
  await db.transaction().execute(async (trx) => {
    // One process after the other: of two that say at once, neither computes without the other's names.
    await sql`select pg_advisory_xact_lock(hashtextextended('restricted names', 0))`.execute(trx);
    await sql`
      insert into restricted_names (name, said_at)
      select name, statement_timestamp() from unnest(${said}::text[]) as name
      on conflict (name) do update set said_at = excluded.said_at
    `.execute(trx);
    await sql`
      delete from restricted_names
      where said_at < statement_timestamp() - ${forgotten}::interval and exists (
        select from restricted_now
        where since < statement_timestamp() - ${forgotten}::interval
          and said_at >= statement_timestamp() - ${forgotten}::interval
      )
    `.execute(trx);
    await sql`
      insert into restricted_now as before (names, since, said_at)
      select array(select name from ${everyName}), statement_timestamp(), statement_timestamp()
      on conflict (one) do update set names = excluded.names, said_at = excluded.said_at,
        since = case
          when before.said_at < excluded.said_at - ${forgotten}::interval then excluded.since
          else before.since
        end
    `.execute(trx);
  });
}

/** Also aliases that people added and that are being applied, and spellings from when the settings wrote it otherwise. */
const everyName = sql`(
  with known as (
    select name from restricted_names
    union
    select alias from aliases join restricted_names on restricted_names.name = plain_name(aliases.name)
    where what = 'service'
  )
  select name from known
  union
  select services.name from services join known on known.name = plain_name(services.name)
) as every_name`;
