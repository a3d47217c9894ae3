import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { pairsOf } from '../src/config/parity-rules.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { openDatabase } from '../src/database/pool.ts';
import { comparison } from '../src/start/comparison.ts';
import type { World } from './world.ts';

export interface Past {
  /** Compares every pair as of then, by what was told until now. */
  readonly compareAt: (at: Date) => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * The service compares now and never then. Whoever tells it of months within seconds has it compare on the way, by its
 * own code and with the time of that week.
 */
export async function openPast({ dataDirectory, settingsFile }: World): Promise<Past> {
  const read = readSettings(await readFile(settingsFile, 'utf8'));
  if (read.outcome === 'invalid') throw new Error(`The settings are wrong: ${read.problems.join('; ')}`);
  const { settings } = read;
  const log = pino({ enabled: false });
  const database = await openDatabase({ url: undefined, dataDir: dataDirectory, size: 2, log });
  const configuration = { settings, catalog: catalogOf(settings) };
  const compare = comparison({ db: database.db, configuration, git: null });
  return {
    compareAt: async (at) => {
      for (const pair of pairsOf(settings)) await compare({ pair, service: null, at });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
