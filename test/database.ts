import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import { openDatabase } from '../src/database/pool.ts';
import type { Schema } from '../src/database/schema.ts';

export const TEMPLATE = 'template_migrated';

export interface TestDatabase {
  readonly db: Kysely<Schema>;
  readonly pool: pg.Pool;
  readonly url: string;
  /** Ends all connections to it, also those that others still have. Its files go with the server. */
  close(): Promise<void>;
}

/** A migrated, empty database of its own on the test run's PostgreSQL. Make it in `beforeAll`, close it in `afterAll`. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = options.migrated === false ? 'template1' : TEMPLATE;
  // Half of the time of what is usual, which writes every page to the log.
  await administer(server, `create database ${name} template ${template} strategy file_copy`);
  const url = withDatabase(server, name);
  const database = await openDatabase({
    url,
    dataDir: '',
    size: 10,
    log: pino({ enabled: false }),
  });
  return {
    db: database.db,
    pool: database.pool,
    url,
    async close() {
      await database.stop();
      // Not dropped: for seconds after hundreds of files were deleted, a file system that looks for a place for a new one
      // passes each of theirs, and the next database has hundreds.
      await administer(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    },
  };
}

/**
 * Leaves no row in these tables (`a, b`), nor in any that refers to them. So does `truncate … cascade`, which makes all
 * their files anew and takes thirty times as long over tables that are almost empty.
 */
export async function emptyTables(db: Kysely<Schema>, tables: string, { restartIdentity = false } = {}): Promise<void> {
  const names = await withReferring(db, tables);
  const list = names.join(', ');
  const statements = [
    // Triggers and foreign keys do not look on.
    'set local session_replication_role = replica',
    // As a truncation does: waits for whoever still writes, so that nothing of theirs comes afterwards.
    `lock table ${list} in access exclusive mode`,
    ...names.map((name) => `delete from ${name}`),
    ...(restartIdentity
      ? [
          `select setval(objid::regclass, 1, false) from pg_depend
            where deptype in ('a', 'i') and classid = 'pg_class'::regclass and refobjid = any('{${list}}'::regclass[])
              and exists (select from pg_class where oid = objid and relkind = 'S')`,
        ]
      : []),
  ];
  await sql.raw(statements.join(';\n')).execute(db);
}

const referring = new Map<string, readonly string[]>();

/** These tables and those that refer to them, however far. They are the same in every migrated database. */
async function withReferring(db: Kysely<Schema>, tables: string): Promise<readonly string[]> {
  const known = referring.get(tables);
  if (known !== undefined) return known;
  const { rows } = await sql<{ name: string }>`
    with recursive emptied (id) as (
      select unnest(${tables.split(/,\s*/)}::regclass[])::oid
      union
      select conrelid from pg_constraint join emptied on confrelid = id and contype = 'f'
    )
    select id::regclass::text as name from emptied
      where not exists (select from pg_class where oid = id and relispartition)
  `.execute(db);
  const names = rows.map(({ name }) => name);
  referring.set(tables, names);
  return names;
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
