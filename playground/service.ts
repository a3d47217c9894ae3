import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseObject, textOf, type JsonObject } from './json.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a program needs from its surroundings; no setting of the service, so that a demo is the same everywhere. */
const passedOn = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'SYSTEMROOT'];
const patience = 60_000;

export interface RunningService {
  /** `http://127.0.0.1:…`. */
  readonly url: string;
  /** Its log, parsed; the newest 500 lines. */
  readonly log: readonly JsonObject[];
  /** Null while it runs. */
  readonly exitCode: () => number | null;
  /** SIGTERM, then waits for its end. */
  readonly stop: () => Promise<void>;
}

/** Runs `src/main.ts` as a process of its own and waits until it listens. Throws with the end of its log if it does not. */
export async function startService(settings: Readonly<Record<string, string>>): Promise<RunningService> {
  // A group of its own: Ctrl-C reaches us, and we stop it in order.
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { ...surroundings(), ...settings, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);

  const log: JsonObject[] = [];
  const keep = (line: string) => {
    const entry = parseObject(line) ?? { msg: line };
    log.push(entry);
    if (log.length > 500) log.shift();
    return entry;
  };
  const port = await new Promise<number>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${why}\n${lastWords(log)}`));
    const timer = setTimeout(() => failed(`The service was not ready after ${patience / 1000} s.`), patience);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = keep(line);
      if (!textOf(entry['msg']).startsWith('listening') || typeof entry['port'] !== 'number') return;
      clearTimeout(timer);
      resolve(entry['port']);
    });
    createInterface({ input: child.stderr }).on('line', keep);
    child.once('exit', (code) => {
      clearTimeout(timer);
      failed(`The service ended at its start (code ${code}).`);
    });
  }).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });

  return {
    url: `http://127.0.0.1:${port}`,
    log,
    exitCode: () => child.exitCode,
    stop: async () => {
      await end(child);
      process.off('exit', endWithUs);
    },
  };
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `sincewhen <args>`, as people type it, for a service that runs with these settings. */
export function runCommand(settings: Readonly<Record<string, string>>, args: readonly string[]): Promise<Ended> {
  const env = { ...surroundings(), ...settings };
  return new Promise((resolve) => {
    const options = { cwd: root, env, maxBuffer: 1 << 28 };
    const child = execFile(process.execPath, ['src/cli/main.ts', ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}

function surroundings(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function lastWords(log: readonly JsonObject[]): string {
  return log
    .slice(-10)
    .map((entry) => textOf(entry['msg']))
    .join('\n');
}
