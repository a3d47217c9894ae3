import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
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
  /** Closes the connections and drops the database, also under connections that others still have to it. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the test run's PostgreSQL. Make it in `beforeAll`, drop it in `afterAll`. */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name} template ${options.migrated === false ? 'template1' : TEMPLATE}`);
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
    async drop() {
      await database.stop();
      await administer(server, `drop database ${name} with (force)`);
    },
  };
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
