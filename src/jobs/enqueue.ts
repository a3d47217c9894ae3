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
  /** `until`: what is not right by then is not. */
  'verify-deploy': z.object({ changeId: z.string().regex(/^\d+$/), until: z.iso.datetime() }),
  'attach-signals': z.object({
    signalIds: z.array(z.string().regex(/^\d+$/)).max(5000),
    /** False: they are no reason to open an incident now. */
    opens: z.boolean(),
  }),
  /** Null: more than can be named. */
  'watch-changes': z.object({ changeIds: z.array(z.string().regex(/^\d+$/)).max(2000).nullable() }),
  'tend-incidents': z.object({}),
  'settle-drift': z.object({}),
  'refresh-card': z.object({ incidentId: z.string().regex(/^\d+$/) }),
  'post-parity-alarms': z.object({
    /** Null: of all pairs. */
    pair: z
      .object({ reference: z.string().min(1), mirror: z.string().min(1) })
      .nullable()
      .default(null),
    /** False: only what was found before and is not shown yet. */
    looks: z.boolean().default(true),
  }),
  'open-backports': z.object({ changeId: z.string().regex(/^\d+$/) }),
  'verify-backports': z.object({ repository: z.string().min(1).max(200) }),
  'tend-backports': z.object({}),
  'guard-deploy': z.object({
    changeId: z.string().regex(/^\d+$/),
    /** False: only what was found before is to be shown. */
    looks: z.boolean().default(true),
  }),
  'tend-nags': z.object({}),
  'tend-people': z.object({}),
  'read-groups': z.object({}),
  'ask-why-frozen': z.object({
    changeId: z.string().regex(/^\d+$/),
    /** False: only what was found before is to be shown. */
    looks: z.boolean().default(true),
  }),
  'pick-backport': z.object({ repository: z.string().min(1).max(200) }),
  'open-backport-pull': z.object({ backportId: z.string().regex(/^\d+$/) }),
  'follow-backport-pull': z.object({
    repository: z.string().min(1).max(200),
    number: z.number().int().positive(),
    /** Something was told of it just now; otherwise its host is asked. */
    heard: z.boolean(),
  }),
  /** Null: of all pairs. */
  'open-fact-backports': z.object({
    pair: z
      .object({ reference: z.string().min(1), mirror: z.string().min(1) })
      .nullable()
      .default(null),
  }),
  'seal-events': z.object({}),
  'tell-subscribers': z.object({
    changeIds: z.array(z.string().regex(/^\d+$/)).max(2000),
    /** False: only what was told of them before is to be kept true. */
    news: z.boolean(),
  }),
  'post-subscription': z.object({ subscriptionId: z.string().regex(/^\d+$/) }),
  'tend-digests': z.object({}),
  'keep-scores': z.object({}),
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
  /** The one that replaces another takes over its time, so that it is not put off again and again. */
  readonly keepsTime?: boolean;
  /** Of what people wait for, this first: without it they have nothing at all. */
  readonly first?: boolean;
  /** Nothing is enqueued while no incident is open. */
  readonly onlyInIncident?: boolean;
  /** Nothing is enqueued while no channel waits for changes. */
  readonly onlyIfSubscribed?: boolean;
}

export interface JobRequest<Name extends JobName> extends EnqueueOptions {
  readonly payload: Payload<Name>;
}

export type AnyJobRequest = { [Name in JobName]: JobRequest<Name> & { readonly name: Name } }[JobName];

/** People wait for these: they come before what only adds to what is known. */
export const urgentJobs: ReadonlySet<JobName> = new Set<JobName>([
  'attach-signals',
  'watch-changes',
  'refresh-card',
  'guard-deploy',
  'ask-why-frozen',
]);

/** The lowest comes first. */
const priorities = { first: -20, urgent: -10, usual: 0 };

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
  await enqueueRows(
    db,
    requests.map((request) => rowOf(name, request)),
  );
}

/** As `enqueueAll`, of several sorts. */
export async function enqueueMixed(db: Kysely<Schema>, requests: readonly AnyJobRequest[]): Promise<void> {
  await enqueueRows(
    db,
    requests.map((request) => rowOf(request.name, request)),
  );
}

function rowOf<Name extends JobName>(name: Name, request: JobRequest<Name>) {
  const { payload, jobKey, runAt, keepsTime = false, first = false } = request;
  const { onlyInIncident = false, onlyIfSubscribed = false } = request;
  const usual = urgentJobs.has(name) ? priorities.urgent : priorities.usual;
  return {
    name,
    payload: payloads[name].parse(payload),
    key: jobKey ?? null,
    at: runAt?.toISOString() ?? null,
    mode: keepsTime ? 'preserve_run_at' : 'replace',
    priority: first ? priorities.first : usual,
    in_incident: onlyInIncident,
    if_subscribed: onlyIfSubscribed,
  };
}

async function enqueueRows(db: Kysely<Schema>, rows: ReturnType<typeof rowOf>[]): Promise<void> {
  if (rows.length === 0) return;
  // In one order everywhere: two transactions that replace the same jobs must not wait for each other.
  rows.sort((a, b) => compare(a.key ?? '', b.key ?? ''));
  await sql`
    select graphile_worker.add_job(job.name, payload => job.payload, job_key => job.key, run_at => job.at,
      job_key_mode => job.mode, priority => job.priority)
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as job (name text, payload json, key text, at timestamptz, mode text, priority int, in_incident boolean,
        if_subscribed boolean)
    where (not in_incident or exists (select from incidents where resolved_at is null))
      and (not if_subscribed or exists (select from subscriptions where ended_at is null and paused_at is null))
  `.execute(db);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
