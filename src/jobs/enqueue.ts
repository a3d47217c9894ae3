import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../database/schema.ts';

/** Every job by its name, with what it must be told. */
export const payloads = {
  'keep-partitions': z.object({}),
  'free-jobs': z.object({}),
  'relate-deploy': z.object({ changeId: z.string().regex(/^\d+$/) }),
  'catch-up-github': z.object({}),
  'refresh-card': z.object({ incidentId: z.string().regex(/^\d+$/) }),
  'apply-alias': z.object({
    alias: z.string().min(1),
    /** What is renamed; at last names that nothing bears any more are forgotten. */
    step: z.enum(['changes', 'signals', 'names']),
    /** The last row that was looked at. */
    after: z.string().regex(/^\d+$/),
  }),
} as const;
export type JobName = keyof typeof payloads;
export type Payload<Name extends JobName> = z.infer<(typeof payloads)[Name]>;

export interface EnqueueOptions {
  /** While a job with this key waits, enqueuing another replaces it. */
  readonly jobKey?: string;
  /** Not before this; otherwise at once. */
  readonly runAt?: Date;
}

export interface JobRequest<Name extends JobName> extends EnqueueOptions {
  readonly payload: Payload<Name>;
}

/** On the handle it is given: in a transaction, the job is there exactly when the transaction commits. */
export async function enqueue<Name extends JobName>(
  db: Kysely<Schema>,
  name: Name,
  payload: Payload<Name>,
  options: EnqueueOptions = {},
): Promise<void> {
  await enqueueAll(db, name, [{ payload, ...options }]);
}

/** As `enqueue`, in one statement for all. */
export async function enqueueAll<Name extends JobName>(
  db: Kysely<Schema>,
  name: Name,
  requests: readonly JobRequest<Name>[],
): Promise<void> {
  if (requests.length === 0) return;
  const rows = requests.map(({ payload, jobKey, runAt }) => ({
    payload: payloads[name].parse(payload),
    key: jobKey ?? null,
    at: runAt?.toISOString() ?? null,
  }));
  // In one order everywhere: two transactions that replace the same jobs must not wait for each other.
  rows.sort((a, b) => compare(a.key ?? '', b.key ?? ''));
  await sql`
    select graphile_worker.add_job(${name}, payload => job.payload, job_key => job.key, run_at => job.at)
    from json_to_recordset(${JSON.stringify(rows)}::json) as job (payload json, key text, at timestamptz)
  `.execute(db);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
