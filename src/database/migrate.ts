import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { keepTransactionsRising } from './keep-transactions-rising.ts';
import type { Schema } from './schema.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'migrations');
const OLDEST_SERVER = 15;

/**
 * Brings the database to the newest migration, all in one transaction; processes that start together wait for the first.
 * Throws when the server is older than PostgreSQL 15, when the database has a migration that this version does not know,
 * and when a migration fails, naming its file.
 */
export async function migrate(db: Kysely<Schema>, folder = FOLDER): Promise<{ applied: string[] }> {
  await refuseOldServer(db);
  return await db.transaction().execute(async (trx) => {
    // A migration, or waiting for one, may take longer than a statement of the service.
    await sql`set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`.execute(trx);
    await sql`select pg_advisory_xact_lock(hashtextextended('sincewhen migrate', 0))`.execute(trx);
    await sql`
      create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())
    `.execute(trx);
    const applied = await missing(trx, folder);
    for (const name of applied) {
      try {
        await sql.raw(readFileSync(join(folder, name), 'utf8')).execute(trx);
      } catch (cause) {
        throw new Error(`Migration ${name} failed, nothing was changed: ${String(cause)}`, {
          cause,
        });
      }
      await sql`insert into migrations (name) values (${name})`.execute(trx);
    }
    await keepTransactionsRising(trx);
    return { applied };
  });
}

/** File names of the migrations that `migrate` would apply now. Throws on a database newer than this version. */
export async function pendingMigrations(db: Kysely<Schema>, folder = FOLDER): Promise<string[]> {
  const found = await sql<{
    there: boolean;
  }>`select to_regclass('migrations') is not null as there`.execute(db);
  return found.rows[0]?.there ? await missing(db, folder) : known(folder);
}

async function refuseOldServer(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(db);
  const version = rows[0]?.version ?? '';
  if (Number.parseInt(version, 10) >= OLDEST_SERVER) return;
  throw new Error(`The database is PostgreSQL ${version}; Sincewhen needs ${OLDEST_SERVER} or newer. Upgrade it.`);
}

async function missing(db: Kysely<Schema>, folder: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from migrations order by name`.execute(db);
  const names = known(folder);
  const unknown = rows.map((row) => row.name).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `The database has migrations that this version of Sincewhen does not know (${unknown.join(', ')}). ` +
        'A newer version has used it: start that one or a later one.',
    );
  }
  const done = new Set(rows.map((row) => row.name));
  return names.filter((name) => !done.has(name));
}

function known(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .toSorted();
}
