import type { Change } from '../change.ts';
import type { LabelledIncident } from './labelled-incident.ts';

/**
 * What a person has without any ranking: the changes of the incident's environment that took effect before the onset,
 * newest first. One that was under way at the onset counts from its beginning, since a rollout hurts before it is over;
 * one that was cancelled took no effect. An incident of no known environment has the changes of all.
 */
export function byRecency(
  changes: readonly Change[],
  { environment, startedAt }: Pick<LabelledIncident, 'environment' | 'startedAt'>,
): readonly Change[] {
  return changes
    .filter((change) => environment === null || change.environment === environment)
    .filter((change) => change.status !== 'cancelled')
    .flatMap((change) => {
      const at = effectBefore(change, startedAt);
      return at === null ? [] : [{ change, at }];
    })
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .map(({ change }) => change);
}

function effectBefore({ occurredAt, finishedAt }: Change, onset: Date): Date | null {
  if (occurredAt > onset) return null;
  return finishedAt !== null && finishedAt <= onset ? finishedAt : occurredAt;
}
