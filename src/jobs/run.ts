import { setTimeout as delay } from 'node:timers/promises';
import { Logger as WorkerLogger, run, runMigrations } from 'graphile-worker';
import type { Job, ParsedCronItem, Runner, TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { holdLockWhileAlive } from './dead-workers.ts';
import { type JobName, urgentJobs } from './enqueue.ts';
import { taskList } from './register.ts';
import type { Handlers } from './register.ts';
import { schedule } from './schedule.ts';

export interface Jobs {
  /** Null while jobs run; otherwise why not, in words. */
  problem(): string | null;
  /** Waits for the jobs that have begun. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly handlers: Handlers;
  readonly concurrency?: number;
  /** Milliseconds for which looking for jobs may fail before the runner is replaced. */
  readonly patience?: number;
}

const longestPause = 30_000;

/** Makes or updates the tables of the queue. Safe to run in several processes at once. */
export async function migrateJobs(pool: Pool, logger: Logger): Promise<void> {
  await runMigrations({ pgPool: pool, logger: workerLogger(logger) });
}

/** A card is shown within seconds; what may be run later is found this often, in milliseconds. */
const urgentPoll = 200;

/**
 * Runs what people wait for beside all other jobs, of which two may read the history of a repository for minutes. Each of
 * the two holds one connection of the pool to hear of new jobs at once, and one for each job that runs. When the database
 * goes away and a runner with it, another is started until one stays.
 */
export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const tasks = Object.entries(taskList(options.handlers));
  const some = (urgent: boolean) =>
    Object.fromEntries(tasks.filter(([name]) => urgentJobs.has(name as JobName) === urgent));
  const urgent = await keepRunner({ ...options, tasks: some(true), crons: [], pollInterval: urgentPoll });
  try {
    const others = await keepRunner({ ...options, tasks: some(false), crons: schedule() });
    return {
      problem: () => urgent.problem() ?? others.problem(),
      stop: async () => {
        await Promise.all([urgent.stop(), others.stop()]);
      },
    };
  } catch (error) {
    await urgent.stop();
    throw error;
  }
}

interface RunnerOptions extends Omit<JobsOptions, 'handlers'> {
  readonly tasks: TaskList;
  readonly crons: ParsedCronItem[];
  readonly pollInterval?: number;
}

async function keepRunner(options: RunnerOptions): Promise<Jobs> {
  const stopping = new AbortController();
  let runner = await startRunner(options);
  let problem: string | null = null;

  async function keepRunning(): Promise<void> {
    for (let pause = 1000; !stopping.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        await runner.promise;
        if (stopping.signal.aborted) return;
        problem = 'jobs have stopped and will be started again';
        await delay(pause, undefined, { signal: stopping.signal });
        runner = await startRunner(options);
        if (stopping.signal.aborted) {
          await stopRunner(runner, options.logger);
          return;
        }
        problem = null;
        pause = 1000;
      } catch (error) {
        if (stopping.signal.aborted) return;
        problem = `jobs have stopped and will be started again: ${error instanceof Error ? error.message : String(error)}`;
        options.logger.warn({ err: error }, 'jobs have stopped and will be started again');
      }
    }
  }
  const kept = keepRunning();

  return {
    problem: () => problem,
    async stop() {
      stopping.abort();
      await stopRunner(runner, options.logger);
      await kept;
    },
  };
}

async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { pool, logger, tasks, crons, concurrency = 2, patience = 30_000, pollInterval } = options;
  const runner = await run({
    pgPool: pool,
    logger: workerLogger(logger),
    taskList: tasks,
    parsedCronItems: crons,
    concurrency,
    ...(pollInterval === undefined ? {} : { pollInterval }),
    noHandleSignals: true,
    // Otherwise the library waits for nobody when it strikes out a job that is done: where that fails, no connection being
    // free, nobody would catch it and the process would end (seen in 0.18.0). This way it ends its runner, and another starts.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  holdLockWhileAlive(runner, logger);
  // A runner whose very first query fails keeps that failure for ever (seen in graphile-worker 0.18.0).
  let failingSince: number | null = null;
  runner.events.on('worker:getJob:error', () => {
    failingSince ??= performance.now();
    if (performance.now() - failingSince < patience) return;
    failingSince = Number.POSITIVE_INFINITY;
    void stopRunner(runner, logger);
  });
  for (const success of ['worker:getJob:empty', 'job:start'] as const) {
    runner.events.on(success, () => {
      failingSince = null;
    });
  }
  return runner;
}

async function stopRunner(runner: Runner, logger: Logger): Promise<void> {
  try {
    await runner.stop();
  } catch (error) {
    logger.debug({ err: error }, 'the job runner had stopped already');
  }
}

/** The library reports each routine step as information, and every failure with its whole job as text. */
function workerLogger(logger: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message, meta) => {
    const err = meta?.['error'];
    if (meta?.['failure'] === true && isJob(meta['job'])) {
      const { id, task_identifier: job, attempts, max_attempts: most } = meta['job'];
      if (attempts < most) logger.warn({ err, id, job, attempts }, 'a job failed and will be tried again');
      else logger.error({ err, id, job, attempts }, 'a job failed for good');
    } else if (level === 'error') logger.error({ err, detail: message }, 'the job runner reports an error');
    else if (level === 'warning') logger.warn({ err, detail: message }, 'the job runner warns');
    else logger.debug({ detail: message }, 'the job runner reports');
  });
}

function isJob(value: unknown): value is Job {
  return typeof value === 'object' && value !== null && 'task_identifier' in value && 'max_attempts' in value;
}
