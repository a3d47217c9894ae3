import type { Change } from '../change.ts';

/**
 * The changes as they could be known at a time: without those that came later, and without how those ended that were
 * still running. Otherwise a replay would see the rollback that only the answer brought about.
 */
export function knownAt(changes: readonly Change[], at: Date): readonly Change[] {
  return changes
    .filter(({ occurredAt }) => occurredAt <= at)
    .map((change) => (change.finishedAt !== null && change.finishedAt > at ? stillRunning(change) : change));
}

function stillRunning(change: Change): Change {
  const risks = change.risks.filter(({ name }) => name !== 'failed' && name !== 'failed-first');
  return { ...change, status: 'started', finishedAt: null, risks };
}
