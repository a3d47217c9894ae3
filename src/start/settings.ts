import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration, ConfigurationRead } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { watchFile } from '../config/watch-file.ts';
import type { Metrics } from '../http/metrics.ts';

interface FollowOptions {
  /** In force. */
  readonly configuration: Configuration;
  readonly readAgain: () => Promise<ConfigurationRead>;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Has these in force; the function that it gives waits until the old ones are not any more. Throws when it cannot. */
  readonly takeOver: (configuration: Configuration) => Promise<() => Promise<void>>;
  /** Null: what is in force is what the file says. Otherwise why not; anybody may read it. */
  readonly tell: (problem: string | null) => void;
  readonly metrics: Pick<Metrics, 'settingsRead'>;
  readonly logger: Logger;
}

/** Takes over what the settings file becomes, one edit after the other, until the function that it gives is called. */
export function followSettings(options: FollowOptions): () => Promise<void> {
  const { every, tell, takeOver, readAgain, metrics, logger } = options;
  const { settingsFile } = options.configuration.environment;
  let inForce = options.configuration;
  let isRefused = false;

  async function look(): Promise<void> {
    const read = await readAgain();
    if (read.outcome === 'invalid') return refuse(read.problems);
    const { configuration } = read;
    const changed = changedParts(inForce, configuration);
    if (changed.length === 0) return agree();
    // An absent file means the defaults at the start; one that has gone meanwhile is an accident.
    if (!existsSync(settingsFile)) return refuse([`${settingsFile} is gone`]);
    try {
      const retire = await takeOver(configuration);
      inForce = configuration;
      agree(changed);
      await retire();
    } catch (error) {
      if (inForce === configuration) throw error;
      // The service is told to stop.
      if (error instanceof Error && error.name === 'AbortError') return;
      refuse([`the service cannot be started with it: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }

  function agree(changed: readonly string[] = []): void {
    if (changed.length > 0) {
      metrics.settingsRead.inc({ outcome: 'taken' });
      logger.info({ changed }, 'the settings file was edited, and is in force');
    } else if (isRefused) logger.info('the settings file says again what is in force');
    isRefused = false;
    tell(null);
  }

  function refuse(problems: readonly string[]): void {
    metrics.settingsRead.inc({ outcome: 'refused' });
    isRefused = true;
    tell(
      `the settings file cannot be taken over${linesIn(problems)}: those from before are in force; the log and sincewhen doctor say why`,
    );
    logger.error(
      { problems },
      `the settings file was edited and is wrong, so those from before stay in force: ${problems.join('; ')}`,
    );
  }

  const stopping = new AbortController();
  const watching = watchFile({
    path: settingsFile,
    every,
    signal: stopping.signal,
    changed: () =>
      look().catch((error: unknown) => {
        logger.error({ err: error }, 'the settings from before could not be let go of');
      }),
  });
  return async () => {
    stopping.abort();
    await watching;
  };
}

/** The parts of the file that say something else. Who edited it and why has no effect by itself. */
function changedParts(before: Configuration, after: Configuration): readonly string[] {
  const [old, now] = [before.settings, after.settings].map(
    (settings) => new Map<string, unknown>(Object.entries(settings).filter(([name]) => name !== 'edited')),
  );
  const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...names].filter((name) => !isDeepStrictEqual(old?.get(name), now?.get(name)));
}

/** The file itself is not quoted where anybody may read it. */
function linesIn(problems: readonly string[]): string {
  const lines = [...new Set(problems.flatMap((problem) => /\bline \d+/.exec(problem)?.[0] ?? []))].slice(0, 5);
  return lines.length === 0 ? '' : ` (${lines.join(', ')})`;
}
