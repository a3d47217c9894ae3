import pino from 'pino';
import { readConfiguration } from '../config/configuration.ts';
import type { Configuration } from '../config/configuration.ts';
import { createLogger } from '../config/logger.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/pool.ts';
import type { Database } from '../database/pool.ts';
import { reachDatabase } from '../database/reach.ts';
import { migrateJobs } from '../jobs/run.ts';
import type { Result } from './command.ts';

export interface Opened extends Pick<Database, 'db' | 'pool'> {
  readonly configuration: Configuration;
  readonly logger: pino.Logger;
}

/** Settings that cannot be used end a command before it begins. */
export async function withConfiguration(run: (configuration: Configuration) => Promise<Result>): Promise<Result> {
  const read = await readConfiguration();
  if (read.outcome === 'invalid') {
    return { outcome: 'refused', reason: `the settings are wrong: ${read.problems.join('; ')}` };
  }
  return run(read.configuration);
}

/**
 * Runs on the database that the service uses, also while it runs; the private one is started when it is not running.
 * Brought up to date first, so that a command may come before the first start of the service; `migrated: false` leaves
 * it as it is.
 */
export async function withDatabase(
  run: (opened: Opened) => Promise<Result>,
  { migrated = true }: { readonly migrated?: boolean } = {},
): Promise<Result> {
  return withConfiguration(async (configuration) => {
    const { databaseUrl, dataDirectory } = configuration.environment;
    const logger = createLogger('warn', pino.destination(2));
    await using database = await openDatabase({
      url: databaseUrl ?? undefined,
      dataDir: dataDirectory,
      size: 4,
      log: logger,
    });
    await reachDatabase(database.db, { patience: 0, log: logger });
    if (migrated) {
      await migrate(database.db);
      await migrateJobs(database.pool, logger);
    }
    return await run({ db: database.db, pool: database.pool, configuration, logger });
  });
}
