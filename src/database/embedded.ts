import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import { explained } from './embedded-errors.ts';
import { type Place, SURROUNDINGS, preparePlace } from './embedded-files.ts';
import { recordedPid, stopOrphan } from './embedded-process.ts';

export interface Embedded {
  readonly url: string;
  /** Gives the server up. It stops when nobody else uses it, and this waits for that. */
  stop(): Promise<void>;
}

interface Options {
  /** The server's files go to `<dataDir>/postgres`. */
  readonly dataDir: string;
  readonly log: BaseLogger;
  /** For tests: fast instead of durable, and `dataDir` is removed when the server stops. */
  readonly temporary?: boolean;
}

/** A share in a running server. */
interface Share {
  /** Our end of the pipe. */
  readonly hold: number;
  /** The watchdog, when we started it. */
  readonly watchdog: ChildProcess | null;
}

const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '128MB',
  max_connections: '50',
  jit: 'off',
  // Filling a new 16 MB segment with zeros and flushing it holds up every commit meanwhile: 50 ms, each second under load.
  wal_init_zero: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Errors of single statements are ours to report, and their texts may hold what must not be logged.
  log_min_messages: 'log',
};
const FAST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
  max_wal_size: '4GB',
};

/** Crash recovery of a large database takes its time. */
const PATIENCE_MS = 120_000;

/**
 * A private PostgreSQL that listens on a Unix socket only. Processes with the same `dataDir` share one server: it runs
 * until the last of them has stopped or died, however it died. One whose watchdog was killed is stopped by the next
 * start. Throws with one sentence that says what to do when the disk is full, a file belongs to another user, or the
 * data is of another PostgreSQL.
 */
export async function startEmbedded({ dataDir, log, temporary = false }: Options): Promise<Embedded> {
  const place = await preparePlace(dataDir, !temporary);
  const remove = temporary ? dataDir : '';
  // Null while there is none: a descriptor that is closed twice may by then be somebody else's.
  let share: Share | null = await obtain(place, remove);
  let revival = Promise.resolve();
  let stopped = false;

  function keep({ watchdog }: Share): void {
    watchdog?.once('exit', (code) => {
      if (stopped) return;
      log.error({ code, log: place.log }, 'private PostgreSQL ended unexpectedly, starting it again');
      revival = revive();
    });
  }
  async function revive(): Promise<void> {
    try {
      giveUp();
      share = await obtain(place, remove);
      keep(share);
    } catch (error) {
      log.fatal({ err: error }, 'private PostgreSQL could not be started again');
    }
  }
  function giveUp(): ChildProcess | null {
    if (share === null) return null;
    const { hold, watchdog } = share;
    share = null;
    closeSync(hold);
    return watchdog;
  }
  keep(share);

  return {
    url: place.url,
    async stop() {
      if (stopped) return;
      stopped = true;
      await revival;
      await stoppedOrInUse(place, giveUp());
      if (temporary) rmSync(place.socketFolder, { recursive: true, force: true });
    },
  };
}

async function obtain(place: Place, remove: string): Promise<Share> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    // Read before looking for a watchdog: a server whose watchdog is missing afterwards cannot be a newer one.
    const recorded = recordedPid(place.data);
    const joined = joinUsers(place.users);
    if (joined !== null) {
      if (await answers(place, until)) return { hold: joined, watchdog: null };
      closeSync(joined);
      continue;
    }
    await stopOrphan(place.data, recorded);
    const printedBefore = existsSync(place.log) ? statSync(place.log).size : 0;
    const started = launch(place, remove);
    if (await answers(place, until)) return started;
    closeSync(started.hold);
    const printed = readFileSync(place.log, 'utf8').slice(printedBefore);
    // Another process was quicker, or backends of a killed server are still on their way out.
    if (!/lock file ".*" already exists|pre-existing shared memory block/.test(printed)) {
      throw explained(`The private PostgreSQL in ${place.home} does not start`, undefined, {
        printed,
        folder: place.home,
      });
    }
    await wait(50);
  }
  throw new Error(
    `The private PostgreSQL in ${place.home} is not ready after ${PATIENCE_MS / 1000} s. See ${place.log}.`,
  );
}

/** Takes a share through the pipe; null when no watchdog reads it. */
function joinUsers(users: string): number | null {
  let hold: number | null = null;
  try {
    hold = openSync(users, constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(hold, '\n');
    return hold;
  } catch (error) {
    if (hold !== null) closeSync(hold);
    if (error instanceof Error && 'code' in error && (error.code === 'ENXIO' || error.code === 'EPIPE')) return null;
    throw explained(`Cannot open ${users}`, error);
  }
}

/** True once the server takes connections and is not about to stop; false when its watchdog is gone. */
async function answers(place: Place, until: number): Promise<boolean> {
  while (Date.now() < until) {
    if (!existsSync(place.stopping) && (await accepts(place.url)) && !existsSync(place.stopping)) return true;
    const probe = joinUsers(place.users);
    if (probe === null) return false;
    closeSync(probe);
    await wait(10);
  }
  return false;
}

const NOT_YET = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03', '57P01', '53300']);

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOT_YET.has(String(error.code))) return false;
    if (error instanceof Error && error.message === 'Connection terminated unexpectedly') return false;
    throw new Error(`The private PostgreSQL refuses us: ${String(error)}`, { cause: error });
  }
}

function launch(place: Place, remove: string): Share {
  // Opened for both first, so that neither of the next two waits for the other end. The watchdog inherits a reading end
  // that has had a writer from the start: it needs no hand-shake, and ends if we die before it has begun.
  const both = openSync(place.users, constants.O_RDWR);
  const read = openSync(place.users, constants.O_RDONLY);
  const hold = openSync(place.users, constants.O_WRONLY);
  closeSync(both);
  if (existsSync(place.log) && statSync(place.log).size > 10_000_000) truncateSync(place.log);
  const log = openSync(place.log, 'a', 0o600);
  const settings: Record<string, string> = {
    ...SETTINGS,
    unix_socket_directories: `"${place.socketFolder}"`,
    ...(remove === '' ? {} : FAST_SETTINGS),
  };
  const server = [...place.account.prefix, place.binaries.postgres, '-D', place.data];
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const watchdog = spawn('/bin/sh', [place.watchdog, place.stopping, remove, ...server, ...flags], {
    ...place.account.as,
    // Of its own process group, so that Ctrl-C in a terminal reaches us and not the server under us.
    detached: true,
    cwd: '/',
    env: SURROUNDINGS,
    stdio: ['ignore', log, log, read],
  });
  watchdog.unref();
  closeSync(read);
  closeSync(log);
  return { hold, watchdog };
}

/**
 * How long the watchdog may take to notice that its last user has gone. Who only joined, like a short command beside a
 * service, waits less: it is hardly ever the last.
 */
const NOTICE_MS = { starter: 300, joiner: 30 };

async function stoppedOrInUse(place: Place, watchdog: ChildProcess | null): Promise<void> {
  const begun = Date.now();
  const notice = watchdog ? NOTICE_MS.starter : NOTICE_MS.joiner;
  while (Date.now() - begun < 10_000) {
    const gone = watchdog ? watchdog.exitCode !== null : recordedPid(place.data) === null;
    if (gone || (!existsSync(place.stopping) && Date.now() - begun > notice)) return;
    await wait(10);
  }
}
