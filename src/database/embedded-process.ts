import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The process id that PostgreSQL wrote into the data directory; null when it is not there. */
export function recordedPid(data: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    return pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Stops a server that its watchdog left behind. `pid` is what the data directory recorded before the pipe was found to
 * have no reader. A number that by now belongs to another process is never signalled; the record is removed instead,
 * because PostgreSQL would take that process for its own and refuse to start.
 */
export async function stopOrphan(data: string, pid: number | null): Promise<void> {
  if (pid === null || !isRunning(pid)) return;
  if (servesFrom(data, pid)) {
    await stopServer(data, pid);
    return;
  }
  // Without the record PostgreSQL cannot see that parts of a killed server are still on their way out.
  for (let turn = 0; turn < PATIENCE && anyServesFrom(data); turn += 1) await wait(10);
  if (recordedPid(data) === pid && !anyServesFrom(data)) rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** In turns of 10 ms. */
const PATIENCE = 1000;

async function stopServer(data: string, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    send(pid, signal);
    for (let turn = 0; turn < PATIENCE; turn += 1) {
      if (!servesFrom(data, pid)) return;
      await wait(10);
    }
  }
  throw new Error(`A PostgreSQL left behind in ${data} (process ${pid}) does not stop. End it, then start again.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (isRunning(pid)) throw error;
  }
}

/** True only for a PostgreSQL whose working directory is `data`, which is where a server of that directory stands. */
function servesFrom(data: string, pid: number): boolean {
  try {
    if (process.platform === 'linux') {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === data && /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`))
      );
    }
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(`postgres -D ${data} `);
  } catch {
    return false;
  }
}

function anyServesFrom(data: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && servesFrom(data, Number(name)));
}
