import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Logger } from '../config/logger.ts';
import type { Schema } from '../database/schema.ts';
import type { RestrictedService } from '../domain/viewer.ts';
import { sayRestricted } from '../names/say-restricted.ts';

interface Options {
  readonly db: Kysely<Schema>;
  readonly restricted: readonly RestrictedService[];
  readonly logger: Logger;
  /** Milliseconds between two times. */
  readonly every?: number;
}

/**
 * Says what is restricted now, and goes on until the function that it gives is called. Each process does so for itself,
 * which a job would not: its settings may be others. Rejects when it cannot be said the first time.
 */
export async function keepSayingRestricted(options: Options): Promise<() => Promise<void>> {
  const { db, restricted, logger, every = 60_000 } = options;
  await sayRestricted(db, restricted);
  const stopping = new AbortController();
  const saying = (async () => {
    while (await passes(every, stopping.signal)) {
      await sayRestricted(db, restricted).catch((error: unknown) => {
        logger.warn({ err: error }, 'which services are restricted could not be said to the views: tried again');
      });
    }
  })();
  return async () => {
    stopping.abort();
    await saying;
  };
}

async function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}
