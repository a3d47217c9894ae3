import { type Kysely, sql } from 'kysely';
import type { Runner } from 'graphile-worker';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';

/** A worker takes its first job and its lock within moments of each other, in either order. */
const settled = '30 seconds';

/**
 * The library frees the jobs of a worker that died after four hours. So each worker holds a lock for as long as it is
 * connected, and `freeJobsOfTheDead` frees what is held by one without its lock.
 */
export function holdLockWhileAlive(runner: Runner, logger: Logger): void {
  runner.events.on('pool:listen:success', ({ client, workerPool }) => {
    // The library is about to use this connection; a second query at once is not allowed.
    client.once('drain', () => {
      client.query('select pg_advisory_lock(hashtextextended($1, 0))', [workerPool.id]).catch((error: unknown) => {
        logger.debug({ err: error }, 'the job runner lost its connection');
      });
    });
  });
}

/** How many workers have died with jobs in hand. */
export async function freeJobsOfTheDead(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ dead: number }>`
    with workers as materialized (
      select distinct locked_by as worker from graphile_worker.jobs
      where locked_by is not null and locked_at < now() - ${settled}::interval
    ), dead as materialized (
      select worker from workers where pg_try_advisory_xact_lock(hashtextextended(worker, 0))
    ), freed as materialized (
      select graphile_worker.force_unlock_workers(array(select worker from dead))
    )
    select (select count(*)::int from dead) as dead from freed
  `.execute(db);
  return rows[0]?.dead ?? 0;
}
