import type { Folded } from '../domain/fold.ts';
import { type ReleaseRules, breaches } from '../domain/release-rules.ts';
import type { AnyJobRequest } from '../jobs/enqueue.ts';
import type { Touched } from '../timeline/record.ts';

/** Has a deploy looked at, and people asked why. */
export function freezeJob(changeId: string): AnyJobRequest {
  return { name: 'ask-why-frozen', payload: { changeId, looks: true }, jobKey: `freeze:${changeId}` };
}

/** Has what was found shown as it is now. `at`: not before. */
export function tellFreezeJob(changeId: string, at: Date | null = null): AnyJobRequest {
  const job = {
    name: 'ask-why-frozen',
    payload: { changeId, looks: false },
    jobKey: `tell-freeze:${changeId}`,
  } as const;
  return at === null ? job : { ...job, runAt: at };
}

/** The jobs for deploys among what was recorded that may break a rule: with incidents that open freezes, any may. */
export function freezeJobs(touched: readonly Touched[], releases: ReleaseRules): readonly AnyJobRequest[] {
  if (isNeverFrozen(releases)) return [];
  const breach = breaches(releases);
  const mayBreak = (change: Folded) =>
    (releases.freezeAt ?? null) !== null ||
    breach(change) !== null ||
    (change.finishedAt !== null && breach({ ...change, occurredAt: change.finishedAt })?.rule === 'freeze');
  return touched.filter(({ change }) => isAsked(change) && mayBreak(change)).map(({ id }) => freezeJob(id));
}

export function isNeverFrozen({ freezes, window, freezeAt = null }: ReleaseRules): boolean {
  return freezes.length === 0 && window === null && freezeAt === null;
}

/** A rollback as well: it may have been told as a deploy at first. */
function isAsked({ kind, at, environment }: Folded): boolean {
  return (kind === 'deploy' || kind === 'rollback') && at !== null && environment !== null;
}
