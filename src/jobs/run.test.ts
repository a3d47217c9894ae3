import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import { freeJobsOfTheDead } from './dead-workers.ts';
import { enqueue, enqueueAll } from './enqueue.ts';
import type { Handlers } from './register.ts';
import { migrateJobs, startJobs } from './run.ts';
import type { Jobs } from './run.ts';

const silent = pino({ enabled: false });
let database: TestDatabase;
let jobs: Jobs | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  await Promise.all([migrateJobs(database.pool, silent), migrateJobs(database.pool, silent)]);
});
afterEach(async () => {
  await jobs?.stop();
  jobs = undefined;
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
});
afterAll(async () => {
  await database.close();
});

const nothing: Handlers = {
  'keep-partitions': () => Promise.resolve(),
  'free-jobs': () => Promise.resolve(),
  'relate-deploy': () => Promise.resolve(),
  'catch-up-github': () => Promise.resolve(),
  'verify-deploy': () => Promise.resolve(),
  'attach-signals': () => Promise.resolve(),
  'watch-changes': () => Promise.resolve(),
  'tend-incidents': () => Promise.resolve(),
  'settle-drift': () => Promise.resolve(),
  'refresh-card': () => Promise.resolve(),
  'post-parity-alarms': () => Promise.resolve(),
  'open-backports': () => Promise.resolve(),
  'verify-backports': () => Promise.resolve(),
  'open-fact-backports': () => Promise.resolve(),
  'tend-backports': () => Promise.resolve(),
  'ask-why-frozen': () => Promise.resolve(),
  'guard-deploy': () => Promise.resolve(),
  'tend-nags': () => Promise.resolve(),
  'read-groups': () => Promise.resolve(),
  'tend-people': () => Promise.resolve(),
  'pick-backport': () => Promise.resolve(),
  'open-backport-pull': () => Promise.resolve(),
  'follow-backport-pull': () => Promise.resolve(),
  'seal-events': () => Promise.resolve(),
  'tell-subscribers': () => Promise.resolve(),
  'post-subscription': () => Promise.resolve(),
  'tend-digests': () => Promise.resolve(),
  'keep-scores': () => Promise.resolve(),
  'apply-alias': () => Promise.resolve(),
};

interface Queued {
  readonly task_identifier: string;
  readonly payload: unknown;
  readonly key: string | null;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly last_error: string | null;
  readonly run_at: Date;
}

async function queued(): Promise<readonly Queued[]> {
  const { rows } = await sql<Queued>`
    select jobs.*, private.payload
    from graphile_worker.jobs join graphile_worker._private_jobs as private using (id) order by id
  `.execute(database.db);
  return rows;
}

async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await happened()); tries++) {
    if (tries > 500) throw new Error('it did not happen');
    await delay(10);
  }
}

describe('enqueue', () => {
  it('adds the job exactly when the transaction commits', async () => {
    await expect(
      database.db.transaction().execute(async (trx) => {
        await enqueue(trx, 'relate-deploy', { changeId: '1' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await database.db.transaction().execute((trx) => enqueue(trx, 'relate-deploy', { changeId: '2' }));

    expect(await queued()).toMatchObject([{ task_identifier: 'relate-deploy', payload: { changeId: '2' } }]);
  });

  it('replaces a waiting job of the same key', async () => {
    const runAt = new Date('2030-01-02T03:04:05.678Z');

    await enqueue(database.db, 'relate-deploy', { changeId: '1' }, { jobKey: 'relate:1' });
    await enqueueAll(database.db, 'relate-deploy', [
      { payload: { changeId: '2' }, jobKey: 'relate:2' },
      { payload: { changeId: '1' }, jobKey: 'relate:1', runAt },
    ]);

    expect(await queued()).toMatchObject([
      { key: 'relate:1', run_at: runAt },
      { key: 'relate:2', payload: { changeId: '2' } },
    ]);
  });

  it('refuses a payload that the job does not take', async () => {
    await expect(enqueue(database.db, 'relate-deploy', { changeId: 'one' })).rejects.toThrow('changeId');

    expect(await queued()).toEqual([]);
  });
});

describe('startJobs', () => {
  it('runs what was enqueued, also before it started, once', async () => {
    const told: string[] = [];
    await enqueue(database.db, 'relate-deploy', { changeId: '1' });

    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: {
        ...nothing,
        'relate-deploy': ({ changeId }) => {
          told.push(changeId);
          return Promise.resolve();
        },
      },
    });
    await until(() => told.length === 1);
    await enqueue(database.db, 'relate-deploy', { changeId: '2' });
    await until(async () => (await queued()).length === 0);

    expect(told).toEqual(['1', '2']);
    expect(jobs.problem()).toBeNull();
  });

  it('runs what people wait for while other jobs take long', async () => {
    const release = Promise.withResolvers<undefined>();
    const told: string[] = [];
    let held = 0;
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: {
        ...nothing,
        'relate-deploy': async () => {
          held += 1;
          await release.promise;
        },
        'refresh-card': ({ incidentId }) => {
          told.push(incidentId);
          return Promise.resolve();
        },
      },
    });
    await enqueueAll(
      database.db,
      'relate-deploy',
      ['1', '2', '3'].map((changeId) => ({ payload: { changeId } })),
    );
    await until(() => held === 2);
    await enqueue(database.db, 'refresh-card', { incidentId: '42' });
    await until(() => told.length === 1);
    release.resolve(undefined);

    expect(told).toEqual(['42']);
  });

  it('runs first what somebody has nothing at all without, then what people wait for', async () => {
    const done: string[] = [];
    const note = (name: string) => {
      done.push(name);
      return Promise.resolve();
    };
    await enqueueAll(database.db, 'refresh-card', [{ payload: { incidentId: '1' } }, { payload: { incidentId: '2' } }]);
    await enqueueAll(database.db, 'refresh-card', [{ payload: { incidentId: '3' }, first: true }]);
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      concurrency: 1,
      handlers: { ...nothing, 'refresh-card': ({ incidentId }) => note(incidentId) },
    });
    await until(() => done.length === 3);

    expect(done).toEqual(['3', '1', '2']);
  });

  it('keeps a job whose handler throws, for later', async () => {
    await enqueue(database.db, 'relate-deploy', { changeId: '1' });

    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: { ...nothing, 'relate-deploy': () => Promise.reject(new Error('the history cannot be read')) },
    });
    await until(async () => (await queued())[0]?.last_error !== null);

    const [job] = await queued();
    expect(job).toMatchObject({ attempts: 1, max_attempts: 25, last_error: 'the history cannot be read' });
  });

  it('gives up for good on a payload that it cannot read, and says so', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line) => void lines.push(line) });
    await sql`select graphile_worker.add_job('relate-deploy', '{"change": 1}')`.execute(database.db);

    jobs = await startJobs({ pool: database.pool, logger, handlers: nothing });
    await until(async () => (await queued())[0]?.last_error !== null);

    const [job] = await queued();
    expect(job).toMatchObject({ attempts: 1, max_attempts: 1 });
    expect(job?.last_error).toMatch(/relate-deploy is not what it takes \(changeId: .*\); it will not be tried again/);
    await until(() => lines.length > 0);
    expect(lines.join('')).toContain('a job failed for good');
  });

  it('waits for a job that has begun before it stops', async () => {
    const log: string[] = [];
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: {
        ...nothing,
        'relate-deploy': async () => {
          log.push('begun');
          await held;
          log.push('finished');
        },
      },
    });
    await enqueue(database.db, 'relate-deploy', { changeId: '1' });
    await until(() => log.length === 1);

    const stopped = jobs.stop().then(() => log.push('stopped'));
    jobs = undefined;
    release();
    await stopped;

    expect(log).toEqual(['begun', 'finished', 'stopped']);
    // The library sends its word that a job is done and does not wait for it; a pool that closes does.
    await expect.poll(queued, { timeout: 5000 }).toEqual([]);
  });

  it('goes on after its connections were lost', async () => {
    const told: string[] = [];
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: {
        ...nothing,
        'relate-deploy': ({ changeId }) => {
          told.push(changeId);
          return Promise.resolve();
        },
      },
    });

    await enqueue(database.db, 'relate-deploy', { changeId: '6' });
    await until(() => told.includes('6'));

    await loseConnections();
    await until(async () => {
      await enqueue(database.db, 'relate-deploy', { changeId: '7' }).catch(() => undefined);
      return told.includes('7');
    });

    expect(told).toContain('7');
  });

  it('recovers from connections that are lost while it starts', async () => {
    const told: string[] = [];
    const holder = await database.pool.connect();
    holder.on('error', () => undefined);
    await holder.query('begin; lock table graphile_worker._private_tasks in access exclusive mode');
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      patience: 50,
      handlers: {
        ...nothing,
        'relate-deploy': ({ changeId }) => {
          told.push(changeId);
          return Promise.resolve();
        },
      },
    });

    await until(async () => {
      const { rows } = await sql`select from pg_stat_activity where wait_event_type = 'Lock'`.execute(database.db);
      return rows.length > 0;
    });
    await loseConnections();
    holder.release(true);
    await until(async () => {
      await enqueue(database.db, 'relate-deploy', { changeId: '8' }).catch(() => undefined);
      return told.includes('8');
    });

    // The other runner may come back a moment later.
    await expect.poll(() => jobs?.problem(), { timeout: 10_000 }).toBeNull();
  });
});

it('outlives that no connection is free when a job is done', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 6, connectionTimeoutMillis: 100 });
  const held: pg.PoolClient[] = [];
  const told: string[] = [];
  const takeAll = async () => {
    for (;;) held.push(await pool.connect());
  };
  jobs = await startJobs({
    pool,
    logger: silent,
    handlers: {
      ...nothing,
      'relate-deploy': async ({ changeId }) => {
        told.push(changeId);
        if (changeId === '1') await takeAll().catch(() => undefined);
      },
    },
  });
  await enqueue(database.db, 'relate-deploy', { changeId: '1' });
  await until(() => jobs?.problem() !== null);
  for (const client of held) client.release();
  await enqueue(database.db, 'relate-deploy', { changeId: '2' });
  await until(() => told.includes('2'));
  await jobs.stop();
  jobs = undefined;
  await pool.end();

  expect(told).toEqual(['1', '2']);
});

describe('freeJobsOfTheDead', () => {
  it('frees the jobs of a worker that died, and no others', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = false;
    jobs = await startJobs({
      pool: database.pool,
      logger: silent,
      handlers: {
        ...nothing,
        'relate-deploy': () => {
          begun = true;
          return held;
        },
      },
    });
    await enqueue(database.db, 'relate-deploy', { changeId: '1' });
    await until(() => begun);
    await enqueueAll(
      database.db,
      'keep-partitions',
      [1, 2].map(() => ({ payload: {}, runAt: new Date('2030-01-01') })),
    );
    const lock = (worker: string, ago: string, id: number) => sql`
      update graphile_worker._private_jobs set locked_by = ${worker}, locked_at = now() - ${ago}::interval
      where id = (select id from graphile_worker._private_jobs order by id offset ${id} limit 1)
    `;
    await lock('pool-dead', '1 minute', 1).execute(database.db);
    await lock('pool-new', '1 second', 2).execute(database.db);
    await sql`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'
      where locked_by not in ('pool-dead', 'pool-new')`.execute(database.db);

    const dead = await freeJobsOfTheDead(database.db);

    expect(dead).toBe(1);
    const { rows } = await sql<{ worker: string | null }>`
      select locked_by as worker from graphile_worker.jobs order by id
    `.execute(database.db);
    expect(rows.map(({ worker }) => worker)).toEqual([expect.stringMatching(/^pool-[0-9a-f]{18}$/), null, 'pool-new']);
    release();
  });
});

async function loseConnections(): Promise<void> {
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
  `.execute(database.db);
}
