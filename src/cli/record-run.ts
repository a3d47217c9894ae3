import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Status } from '../domain/change.ts';

export interface Ran {
  /** As a shell reports it: 128 and the signal's number for a program that a signal ended. */
  readonly code: number;
  readonly status: Exclude<Status, 'started'>;
  /** Why it could not be run at all. */
  readonly problem: string | null;
}

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a program on our own input and output, and hands on the signals that we get. Never rejects. */
export function runProgram(program: string, args: readonly string[], directory: string | undefined): Promise<Ran> {
  const child = spawn(program, [...args], { stdio: 'inherit', ...(directory === undefined ? {} : { cwd: directory }) });
  const ending = handOnSignals(child);
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // After it has run, an error is of a signal that could not be sent.
      if (child.pid !== undefined) return;
      const code = error.code === 'EACCES' ? 126 : 127;
      resolve({ code, status: 'failed', problem: `${program} cannot be run: ${reasonOf(error)}` });
    });
    child.once('exit', (code, signal) => {
      const exit = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const cancelled = ending.aborted || (signal !== null && passedOn.some((each) => each === signal));
      resolve({ code: exit, status: exit === 0 ? 'succeeded' : cancelled ? 'cancelled' : 'failed', problem: null });
    });
  });
}

/** Aborted once a signal has come. Listeners stay: what is left to do after the program's end is short. */
function handOnSignals(child: ChildProcess): AbortSignal {
  const ending = new AbortController();
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  for (const signal of passedOn) {
    process.on(signal, () => {
      ending.abort();
      // A terminal sends it to the program too, and some take a second one for impatience.
      if (signal === 'SIGINT' && terminal) return;
      child.kill(signal);
    });
  }
  return ending.signal;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such program';
  return code === 'EACCES' ? 'it may not be run' : message;
}
