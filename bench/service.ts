import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Running {
  readonly port: number;
  /** Milliseconds from its start until it listened. */
  readonly startedIn: number;
  /** Resident memory now, in MiB. */
  memory(): number;
  stop(): Promise<void>;
}

/** As `npm start` does. */
const flags = [
  '--v8-pool-size=1',
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=15',
  '--external-memory-accounted-in-global-limit',
];

/** Starts a program of this project and waits until it listens. Rejects when it ends before. */
export async function run(script: string, variables: Readonly<Record<string, string>>): Promise<Running> {
  const begun = performance.now();
  const child = spawn(process.execPath, [...flags, join(root, script)], {
    cwd: root,
    env: { PATH: process.env['PATH'], MALLOC_ARENA_MAX: '2', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await listening(child, script);
  return {
    port,
    startedIn: performance.now() - begun,
    memory: () => residentMemory(child.pid ?? 0),
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function listening(child: ChildProcess, script: string): Promise<number> {
  if (child.stdout === null) throw new Error(`${script} has no output`);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const said = JSON.parse(line) as { msg?: string; port?: number };
    if (said.msg?.startsWith('listening') === true && said.port !== undefined) {
      child.stdout.resume();
      return said.port;
    }
  }
  throw new Error(`${script} ended before it listened`);
}

function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}
