import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import { startEmbedded } from './embedded.ts';
import { preparing } from './prepared.ts';
import type { Schema } from './schema.ts';

interface PoolOptions {
  readonly url: string;
  /** The most connections this process opens. */
  readonly size: number;
  readonly log: BaseLogger;
}

export interface Database {
  readonly db: Kysely<Schema>;
  /** The same connections, for what speaks to pg itself. */
  readonly pool: pg.Pool;
  /** Waits for connections in use, then closes all; a private server stops with its last user. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connections that outlive a restart of the database: a lost one is logged and replaced by the next query. Statements
 * end after 30 s, forgotten transactions after 60 s; what needs longer sets its own limit in its transaction. `bigint`
 * is read as a string, `timestamptz` as a Date.
 */
function openPool({ url, size, log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: 'sincewhen',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // An error event without a listener ends the process. The pool repeats those of idle connections; one in use has only
  // this listener.
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      // A private server may end before the last of our goodbyes has reached it.
      if (!pool.ending) log.warn({ err: error }, 'database connection lost');
    });
  });
  pool.on('error', () => undefined);
  return pool;
}

interface DatabaseOptions extends Omit<PoolOptions, 'url'> {
  /** Without it a private server under `dataDir` is started, or joined when it runs. */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** Throws what `startEmbedded` throws. With a `url` nothing is connected before the first query. */
export async function openDatabase({ url, dataDir, size, log }: DatabaseOptions): Promise<Database> {
  const embedded = url === undefined ? await startEmbedded({ dataDir, log }) : null;
  const pool = openPool({ url: url ?? embedded?.url ?? '', size, log });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });

  async function stop(): Promise<void> {
    if (!pool.ending) await pool.end();
    await embedded?.stop();
  }
  return { db, pool, stop, [Symbol.asyncDispose]: stop };
}
