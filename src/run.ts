import { readConfiguration } from './config/configuration.ts';
import { createLogger } from './config/logger.ts';
import type { Logger } from './config/logger.ts';
import { startService } from './start/service.ts';
import type { Service } from './start/service.ts';

/** Less than the 30 seconds after which most supervisors kill. */
const longestStop = 25_000;
/** Ctrl-C under npm arrives twice, from the terminal and from npm: that is one wish and not two. */
const sameSignal = 1000;

await main();

async function main(): Promise<void> {
  const read = await readConfiguration();
  if (read.outcome === 'invalid') {
    createLogger('info').fatal({ problems: read.problems }, `the settings are wrong: ${read.problems.join('; ')}`);
    process.exit(1);
  }
  const { configuration } = read;
  const logger = createLogger(configuration.environment.logLevel);
  endOnSurprise(logger);

  const ending = new AbortController();
  const starting = startService({
    configuration,
    readAgain: readConfiguration,
    logger,
    now: () => new Date(),
    ending: ending.signal,
  });
  stopOnSignal(logger, ending, starting);
  try {
    const { port, url } = await starting;
    // Whoever started us waits for this line, whatever the level.
    logger.child({}, { level: 'info' }).info({ port, url }, `listening on ${url}`);
  } catch (error) {
    if (ending.signal.aborted) return;
    logger.fatal({ err: error }, `cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

function stopOnSignal(logger: Logger, ending: AbortController, starting: Promise<Service>): void {
  let first: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    if (first === null) {
      first = performance.now();
      logger.info({ signal }, 'stopping: what was begun is finished first');
      ending.abort();
      setTimeout(() => exitAtOnce('stopping took too long'), longestStop).unref();
      void stop(logger, starting);
    } else if (performance.now() - first > sameSignal) exitAtOnce('told to stop twice');
  };
  const exitAtOnce = (reason: string) => {
    logger.error(`${reason}: ended with work unfinished`);
    process.exit(1);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function stop(logger: Logger, starting: Promise<Service>): Promise<void> {
  // Told to stop before the start was over: what had started has then been stopped already.
  const service = await starting.catch(() => null);
  try {
    await service?.stop();
    logger.info('stopped');
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, 'stopping failed');
    process.exit(1);
  }
}

/** After a surprise nothing in memory can be trusted; what was acknowledged is in the database. */
function endOnSurprise(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'ended by an exception that nobody caught');
    process.exit(1);
  });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'ended by a rejection that nobody handled');
    process.exit(1);
  });
}
