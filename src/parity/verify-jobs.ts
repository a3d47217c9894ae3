import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { VerifyRules } from '../config/verify-endpoints.ts';
import type { Schema } from '../database/schema.ts';
import type { AnyJobRequest } from '../jobs/enqueue.ts';
import type { Touched } from '../timeline/record.ts';

/** It takes a while until what was deployed answers. */
const first = 60_000;
const patience = 600_000;
/** Deploys of longer ago that are heard of only now are history. */
const fresh = 900_000;

/** A job for each successful deploy among them to an environment that others are compared with, if anything looks there. */
export async function verifyJobs(
  db: Kysely<Schema>,
  touched: readonly Touched[],
  { references, endpoints }: VerifyRules,
  now: Date,
): Promise<readonly AnyJobRequest[]> {
  const deploys = touched.flatMap(({ id, change }) => {
    const { kind, status, service, environment, at, details } = change;
    if ((kind !== 'deploy' && kind !== 'rollback') || status !== 'succeeded') return [];
    if (service === null || environment === null || !references.has(environment)) return [];
    // What we found ourselves touches the deploy too.
    if (details['verification'] !== undefined) return [];
    if (at === null || Math.abs(now.getTime() - at.getTime()) > fresh) return [];
    return [{ id, environment, asks: endpoints(service, environment) !== null }];
  });
  if (deploys.length === 0) return [];
  const seen = await collectedIn(
    db,
    deploys.filter(({ asks }) => !asks).map(({ environment }) => environment),
  );
  return deploys
    .filter(({ asks, environment }) => asks || seen.has(environment))
    .map(({ id }) => ({
      name: 'verify-deploy',
      payload: { changeId: id, until: new Date(now.getTime() + patience).toISOString() },
      jobKey: `verify-deploy:${id}`,
      runAt: new Date(now.getTime() + first),
      keepsTime: true,
    }));
}

async function collectedIn(db: Kysely<Schema>, environments: readonly string[]): Promise<ReadonlySet<string>> {
  if (environments.length === 0) return new Set();
  const { rows } = await sql<{ environment: string }>`
    select environment from unnest(${[...new Set(environments)]}::text[]) as environment
    where exists (select from snapshots where snapshots.environment = environment.environment)
  `.execute(db);
  return new Set(rows.map(({ environment }) => environment));
}
