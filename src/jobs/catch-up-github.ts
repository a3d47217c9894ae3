import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Ingested } from '../ingest/ingest.ts';
import type { GitHubDeliveries, Missed } from '../sources/github-deliveries.ts';
import type { Delivery } from '../sources/reading/source.ts';

export interface CatchUp {
  readonly db: Kysely<Schema>;
  readonly catalog: Catalog;
  readonly deliveries: GitHubDeliveries;
  /** Takes a delivery as proved: GitHub's API gave it. */
  readonly ingest: (delivery: Delivery) => Promise<Ingested>;
  /**
   * How long ago a delivery may have been missed, in milliseconds; not longer than delivery keys are kept, or what was
   * caught up with before would be taken for missed again.
   */
  readonly lookback: number;
  readonly log: Logger;
  readonly now: Date;
}

export interface CaughtUp {
  readonly hooks: number;
  /** Deliveries that had not reached us. */
  readonly missed: number;
  /** Of them, those that have now. */
  readonly ingested: number;
}

/** GitHub keeps deliveries for three days. */
const kept = 3 * 86_400_000;
/** Each costs a request of the 5,000 an hour: others have their turn at the next run. */
const mostRepositories = 50;
const mostDeliveries = 500;
const untilNextRun = 300_000;

/**
 * GitHub does not send again what it could not deliver. This asks it what that was and ingests it, oldest first, as if
 * it had come when it was sent. Rejects when GitHub cannot be asked or nothing can be stored: try again.
 */
export async function catchUpGitHub(catchUp: CatchUp, signal: AbortSignal): Promise<CaughtUp> {
  const { deliveries, log, now } = catchUp;
  const since = new Date(now.getTime() - Math.min(catchUp.lookback, kept));
  const { hooks, hidden } = await deliveries.hooks(await repositoriesOf(catchUp), signal);
  if (hidden.length > 0) log.debug({ hidden: hidden.slice(0, 20) }, 'webhooks of some repositories may not be seen');

  const told: Missed[] = [];
  for (const hook of hooks) {
    const { missed, all } = await deliveries.missed(hook, since, signal);
    told.push(...missed);
    if (!all) log.warn({ hook: hook.path }, 'more deliveries were missed than can be listed at once');
  }
  const missed = await unknown(catchUp.db, told, since);
  let ingested = 0;
  for (const each of missed.slice(0, mostDeliveries)) {
    const delivery = await deliveries.delivery(each, signal);
    if (delivery === null) continue;
    const result = await catchUp.ingest(delivery);
    if (result.outcome === 'unavailable') {
      throw new Error('a missed delivery could not be stored', { cause: result.error });
    }
    ingested += 1;
  }
  if (missed.length > 0)
    log.info({ missed: missed.length, ingested }, 'caught up with deliveries that GitHub could not make');
  return { hooks: hooks.length, missed: missed.length, ingested };
}

/** Those that the settings name and those that have reported, a part of them in each run when they are many. */
async function repositoriesOf({ db, catalog, now }: CatchUp): Promise<readonly string[]> {
  const learnt = await db.selectFrom('repositories').select('name').execute();
  const named = catalog.services.flatMap((service) => service.repository?.toLowerCase() ?? []);
  const all = [...new Set([...named, ...learnt.map((row) => row.name)])]
    .filter((name) => /^[\w.-]+\/[\w.-]+$/.test(name))
    .toSorted();
  const parts = Math.max(Math.ceil(all.length / mostRepositories), 1);
  const part = Math.floor(now.getTime() / untilNextRun) % parts;
  return all.filter((_, index) => index % parts === part);
}

/**
 * Those that never came, one attempt of each, oldest first. One that came but could not be read has no key: it waits for
 * a replay. Tests of the connection are not kept at all.
 */
async function unknown(db: Kysely<Schema>, told: readonly Missed[], since: Date): Promise<readonly Missed[]> {
  const first = new Map<string, Missed>();
  for (const missed of told.toSorted((a, b) => a.deliveredAt.getTime() - b.deliveredAt.getTime())) {
    if (missed.event !== 'ping' && !first.has(missed.key)) first.set(missed.key, missed);
  }
  if (first.size === 0) return [];
  const keys = [...first.keys()];
  const here = await sql<{ key: string }>`
    select key from delivery_keys where source = 'github' and key = any(${keys}::text[])
    union
    select lower(headers ->> 'x-github-delivery') from deliveries
    where outcome = 'failed' and source = 'github' and received_at >= ${since}
      and lower(headers ->> 'x-github-delivery') = any(${keys}::text[])
  `.execute(db);
  for (const { key } of here.rows) first.delete(key);
  return [...first.values()];
}
