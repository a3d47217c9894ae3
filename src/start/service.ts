import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Configuration, ConfigurationRead } from '../config/configuration.ts';
import type { Logger } from '../config/logger.ts';
import { notConfigured } from '../config/not-configured.ts';
import { openDatabase } from '../database/pool.ts';
import { type Metrics, createMetrics } from '../http/metrics.ts';
import { type RequestsInHand, requestsInHand } from '../http/requests-in-hand.ts';
import { closeServer, httpServer, longestClose } from '../http/server.ts';
import { followSettings } from './settings.ts';
import { type Parts, startParts } from './parts.ts';

export interface Service {
  readonly port: number;
  readonly url: string;
  /** Finishes requests, then jobs, then lets go of the database. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly configuration: Configuration;
  /** Absent: what the settings file becomes makes no difference. */
  readonly readAgain?: () => Promise<ConfigurationRead>;
  /** Milliseconds between two looks at the settings file. */
  readonly lookEvery?: number;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Gives up the start. */
  readonly ending: AbortSignal;
}

const connections = 20;
/** An edit is in force after twice this: what is still being written is not read. */
const usualLook = 2000;

/** The parts that work with one set of settings, and the requests that they have in hand. */
interface Generation {
  readonly parts: Parts;
  readonly requests: RequestsInHand;
}

/**
 * Throws with one sentence when it cannot start; what it had started by then has been stopped. Port, database and metrics
 * stay as long as the service does. When the settings file is edited, all else is started anew beside the old, gets the
 * requests from then on, and the old finishes what it has in hand: no delivery and no job is lost. What is invalid, or
 * cannot be started, changes nothing.
 */
export async function startService(options: StartOptions): Promise<Service> {
  const { configuration, logger, readAgain, lookEvery = usualLook } = options;
  const { environment } = configuration;
  await using started = new AsyncDisposableStack();
  for (const sentence of notConfigured(environment)) logger.info(sentence);

  const database = started.use(
    await openDatabase({
      url: environment.databaseUrl ?? undefined,
      dataDir: environment.dataDirectory,
      size: connections,
      log: logger,
    }),
  );
  const metrics = createMetrics();
  const problem = settingsProblem(metrics);
  const start = async (settings: Configuration): Promise<Generation> => {
    const parts = await startParts({
      ...options,
      configuration: settings,
      database,
      metrics,
      settingsProblem: problem.get,
    });
    return { parts, requests: requestsInHand() };
  };
  let current = await start(configuration);
  started.defer(() => current.parts.stop());
  await current.parts.begin();

  const server = httpServer((request, response) => {
    current.requests.hold(response);
    current.parts.serve(request, response);
  });
  server.listen({ host: environment.host, port: environment.port });
  await once(server, 'listening');
  started.defer(() => closeServer(server));
  if (readAgain !== undefined) {
    const takeOver = async (settings: Configuration) => {
      const old = current;
      current = await start(settings);
      return async () => {
        await retire(old);
        await current.parts.begin();
      };
    };
    started.defer(
      followSettings({ configuration, readAgain, every: lookEvery, takeOver, tell: problem.set, metrics, logger }),
    );
  }
  const running = started.move();
  return { ...addressOf(server, environment.host), stop: () => running.disposeAsync() };
}

function settingsProblem({ settingsValid }: Metrics) {
  let problem: string | null = null;
  settingsValid.set(1);
  return {
    get: () => problem,
    set: (told: string | null) => {
      problem = told;
      settingsValid.set(told === null ? 1 : 0);
    },
  };
}

/** It gets no new requests any more. */
async function retire({ parts, requests }: Generation): Promise<void> {
  const patience = AbortSignal.timeout(longestClose);
  await Promise.race([requests.none(), once(patience, 'abort')]);
  await parts.stop();
}

function addressOf(server: Server, host: string): { port: number; url: string } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return { port: address.port, url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
}
