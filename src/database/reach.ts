import { setTimeout as delay } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { BaseLogger } from 'pino';
import type { Schema } from './schema.ts';

/** What a database says, or its host, while it is still on its way up. Everything else is final. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  '53300',
  '57P01',
  '57P03',
]);

interface Options {
  /** Milliseconds; 0: ask once. */
  readonly patience: number;
  readonly log: BaseLogger;
  readonly signal?: AbortSignal;
}

/** Resolves once the database answers. Throws with one sentence when it refuses us, or is not up in time. */
export async function reachDatabase(db: Kysely<Schema>, { patience, log, signal }: Options): Promise<void> {
  const until = performance.now() + patience;
  for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      const left = until - performance.now();
      const reason = reasonOf(error);
      if (!isPassing(error)) throw new Error(`The database refuses us: ${reason}.`, { cause: error });
      if (left <= 0)
        throw new Error(`The database cannot be reached: ${reason}. Is DATABASE_URL right?`, { cause: error });
      log.warn({ reason, secondsLeft: Math.ceil(left / 1000) }, 'the database is not up yet, trying again');
      await delay(Math.min(pause, left), undefined, signal === undefined ? {} : { signal });
    }
  }
}

function isPassing(error: unknown): boolean {
  // Each address of a host has failed.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isPassing);
  if (!(error instanceof Error)) return false;
  if ('code' in error) return passing.has(String(error.code));
  return /timeout|terminated/i.test(error.message);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
