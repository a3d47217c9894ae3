import type { FastifyInstance } from 'fastify';
import type { Configuration } from './config/configuration.ts';
import type { Logger } from './config/logger.ts';
import type { Settings } from './config/settings.ts';
import { notConfigured, slackIsOff } from './config/not-configured.ts';
import { migrate, pendingMigrations } from './database/migrate.ts';
import { openDatabase } from './database/pool.ts';
import { keepPartitions } from './database/partitions.ts';
import { reachDatabase } from './database/reach.ts';
import { healthRoutes } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { buildServer } from './http/server.ts';
import { freeJobsOfTheDead } from './jobs/dead-workers.ts';
import type { Handlers } from './jobs/register.ts';
import { migrateJobs, startJobs } from './jobs/run.ts';
import { readinessOf } from './timeline/readiness.ts';

export interface Service {
  readonly port: number;
  readonly url: string;
  /** In reverse order of the start: finishes requests, then jobs, then lets go of the database. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Gives up the start. */
  readonly ending: AbortSignal;
}

/** How long a database may take to come up with us, in milliseconds. */
const databasePatience = 60_000;
const connections = 20;
const day = 86_400_000;

/** Throws with one sentence when it cannot start; what it had started by then has been stopped. */
export async function startService({ configuration, logger, now, ending }: StartOptions): Promise<Service> {
  const { environment, settings } = configuration;
  await using started = new AsyncDisposableStack();

  for (const sentence of notConfigured(environment)) logger.info(sentence);

  const { db, pool } = started.use(
    await openDatabase({
      url: environment.databaseUrl ?? undefined,
      dataDir: environment.dataDirectory,
      size: connections,
      log: logger,
    }),
  );
  await reachDatabase(db, { patience: databasePatience, log: logger, signal: ending });
  const { applied } = await migrate(db);
  if (applied.length > 0) logger.info({ applied }, 'the database has been brought up to date');
  await migrateJobs(pool, logger);

  const partitions = () => keepPartitions(db, now(), inDays(settings.retention));
  await partitions();
  const handlers: Handlers = {
    'keep-partitions': async () => {
      const { made, dropped, purged, postponed } = await partitions();
      logger.debug({ made, dropped, purged, postponed }, 'partitions are kept');
    },
    'free-jobs': async () => {
      const dead = await freeJobsOfTheDead(db);
      if (dead > 0) logger.warn({ dead }, 'workers have died with jobs in hand: others do them again');
    },
    'relate-deploy': () => Promise.reject(new Error('not written yet')),
    'catch-up-github': () => Promise.resolve(),
  };
  const jobs = await startJobs({ pool, logger, handlers });
  started.defer(() => jobs.stop());

  const metrics = createMetrics();
  const server = buildServer({ logger, metrics, slack: { closed: slackIsOff } });
  healthRoutes(server, {
    readiness: () => readinessOf({ db, pendingMigrations, jobs: () => jobs.problem() }),
    metrics,
  });
  started.defer(() => server.close());
  ending.throwIfAborted();
  await server.listen({ host: environment.host, port: environment.port });

  const running = started.move();
  return { ...addressOf(server, environment.host), stop: () => running.disposeAsync() };
}

function addressOf(server: FastifyInstance, host: string): { port: number; url: string } {
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
}

function inDays({ deliveries, events }: Settings['retention']) {
  return { deliveries: deliveries / day, events: events / day };
}
