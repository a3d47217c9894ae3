import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type GitOrigin, environmentOf } from './run-git.ts';

/** A repository of its own that sees all of a mirror's objects and keeps what is made here: the mirror stays as it is. */
export interface Scratch {
  readonly gitDir: string;
  /** Runs git here; what it prints comes as latin1, one character for each byte. Never rejects. */
  readonly git: (args: readonly string[], options?: ScratchRun) => Promise<ScratchResult>;
}

export interface ScratchRun {
  /** Bytes as latin1. */
  readonly input?: string;
  readonly timeout?: number;
  /** May go to the origin, and so gets what proves who we are. */
  readonly online?: boolean;
}

export interface ScratchResult {
  /** Null: git took too long, printed too much or could not be run. */
  readonly code: number | null;
  readonly output: string;
  /** What it complained of; holds no credential. */
  readonly error: string;
}

const minute = 60_000;
const longestOutput = 16 << 20;
/** No work here takes as long. */
const oldest = 60 * minute;
/** No owner's name begins so. */
const folderOf = ({ folder }: Pick<GitOrigin, 'folder'>) => join(folder, '.scratch');

/** Lends a scratch repository beside a mirror, and takes it away whatever becomes of the work. */
export async function withScratch<T>(
  origin: GitOrigin,
  mirror: string,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const gitDir = join(folderOf(origin), `${place()}${process.pid}.${randomUUID()}`);
  try {
    await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
    await mkdir(join(gitDir, 'refs'));
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${join(mirror, 'objects')}\n`);
    // Where a history is cut off, git must know it here too.
    await copyFile(join(mirror, 'shallow'), join(gitDir, 'shallow')).catch(() => undefined);
    return await work({ gitDir, git: (args, options = {}) => run(origin, gitDir, args, options) });
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

/**
 * Removes what processes left behind that were killed: to be called before this process makes a scratch. Those of other
 * machines only once they are old, because nobody can tell whether they are still at work.
 */
export async function sweepScratches(origin: Pick<GitOrigin, 'folder'>, now: Date): Promise<number> {
  const folder = folderOf(origin);
  const names = await readdir(folder).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const path = join(folder, name);
    const there = await stat(path).catch(() => null);
    if (there === null || !(isLeft(name) || now.getTime() - there.mtimeMs > oldest)) continue;
    await rm(path, { recursive: true, force: true });
    swept += 1;
  }
  return swept;
}

function isLeft(name: string): boolean {
  if (!name.startsWith(place())) return false;
  const pid = Number.parseInt(name.slice(place().length), 10);
  // In a container every process has the number of the one before it.
  return pid === process.pid || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function place(): string {
  return `${hostname().replaceAll(/[^\w-]/g, '-')}.`;
}

async function run(
  origin: GitOrigin,
  gitDir: string,
  args: readonly string[],
  { input = '', timeout = minute, online = false }: ScratchRun,
): Promise<ScratchResult> {
  const env = await environmentOf(online ? origin : { ...origin, token: null });
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      [`--git-dir=${gitDir}`, ...args],
      {
        env,
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: longestOutput,
        windowsHide: true,
        encoding: 'latin1',
        ...(origin.signal === undefined ? {} : { signal: origin.signal }),
      },
      (error, output, complaint) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, output, error: code === null ? 'git took too long or could not be run' : complaint.trim() });
      },
    );
    // It may end before it has read everything, and says why itself.
    child.stdin?.on('error', () => undefined).end(input, 'latin1');
  });
}
