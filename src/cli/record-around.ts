import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from './command.ts';
import { type Ran, runProgram } from './record-run.ts';
import type { ChangeDoor, Sender, Sent } from './record-send.ts';

/** What to tell of a change, at each of its times. */
export interface Report {
  readonly door: ChangeDoor;
  readonly now: (at: Date) => unknown;
  readonly started: (at: Date) => unknown;
  readonly ended: (ran: Ran, from: Date, to: Date) => unknown;
}

interface Around {
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string | undefined;
  readonly report: Report;
  readonly sender: Sender;
}

/** Milliseconds after the program's end, whatever becomes of what is told. */
const longest = 15_000;

/**
 * Runs the program and tells of its beginning and its end. The program waits for nobody: its beginning is told while it
 * runs. Who reads both tells them together in either order, so the end is told without waiting for the beginning.
 */
export async function reportAround(
  { program, args, directory, report, sender }: Around,
  print: (json: string) => void,
): Promise<Result> {
  const [from, clock] = [new Date(), performance.now()];
  const beginning = new AbortController();
  let begun: Sent | undefined;
  const tellBeginning = async () => {
    begun = await sender.send(report.door, report.started(from), beginning.signal);
  };
  void tellBeginning();
  const ran = await runProgram(program, args, directory);
  // A clock that is set meanwhile does not make it end before it began.
  const to = new Date(from.getTime() + performance.now() - clock);
  const ended = await Promise.race([
    sender.send(report.door, report.ended(ran, from, to), beginning.signal),
    sleep(longest, null).then((): Sent => ({ outcome: 'not-sent', reason: `it took longer than ${longest / 1000} s` })),
  ]);
  beginning.abort();
  const recorded = ended.outcome === 'sent';
  print(JSON.stringify({ exit_code: ran.code, status: ran.status, recorded, ...(recorded ? ended.answer : {}) }));
  return { outcome: 'exited', code: ran.code, note: noteOf(ran, begun, ended) };
}

function noteOf({ problem }: Ran, begun: Sent | undefined, ended: Sent): string | null {
  const what = begun?.outcome === 'sent' ? 'its beginning was recorded, its end was not' : 'this was not recorded';
  const unrecorded = ended.outcome === 'sent' ? null : `${what}: ${ended.reason}`;
  const parts = [problem, unrecorded].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('; ');
}
