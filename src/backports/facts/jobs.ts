import type { Pair } from '../../domain/comparison/difference.ts';
import type { Folded } from '../../domain/fold.ts';
import type { AnyJobRequest } from '../../jobs/enqueue.ts';
import type { Touched } from '../../timeline/record.ts';

/** Changes, and snapshots of several collectors, come together. */
const gathering = 20_000;

/** Has what the mirror lacks looked at: once for all that comes until then. */
export function factJob({ reference, mirror }: Pair, runAt: Date): AnyJobRequest {
  return {
    name: 'open-fact-backports',
    payload: { pair: { reference, mirror } },
    jobKey: `open-fact-backports:${JSON.stringify([reference, mirror])}`,
    runAt,
    keepsTime: true,
  };
}

/** Whether something is to be looked at that no snapshot will tell of. */
export function tellsOfFacts({ kind, at, environment }: Folded, pairs: readonly Pair[]): boolean {
  return kind === 'flag' && at !== null && pairs.some((pair) => isOf(pair, environment));
}

/** The jobs for what was recorded. */
export function factJobs(touched: readonly Touched[], pairs: readonly Pair[], now: Date): readonly AnyJobRequest[] {
  const told = touched.filter(({ change }) => tellsOfFacts(change, pairs));
  const runAt = new Date(now.getTime() + gathering);
  return pairs
    .filter((pair) => told.some(({ change }) => isOf(pair, change.environment)))
    .map((pair) => factJob(pair, runAt));
}

function isOf({ reference, mirror }: Pair, environment: string | null): boolean {
  return environment === reference || environment === mirror;
}
