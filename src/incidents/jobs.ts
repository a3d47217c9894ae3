import { sql } from 'kysely';
import type { AnyJobRequest } from '../jobs/enqueue.ts';
import type { Batch } from '../timeline/record.ts';

/** True in SQL while no card may have to be told of a new change. */
export const noIncidentIsOpen = sql<boolean>`not exists (select from incidents where resolved_at is null)`;

const mostSignals = 5000;
const mostChanges = 2000;

/**
 * What has incidents know of what was recorded, once the transaction has committed: what its signals open or join, and
 * which cards its changes concern. `late`: heard long ago, so no reason to call anybody.
 */
export function incidentJobs({
  touched,
  touchedSignals,
  late,
}: Pick<Batch, 'touched' | 'touchedSignals'> & { readonly late: boolean }): readonly AnyJobRequest[] {
  const signalIds = touchedSignals.map(({ id }) => id);
  const attaching = Array.from({ length: Math.ceil(signalIds.length / mostSignals) }, (_, page): AnyJobRequest => ({
    name: 'attach-signals',
    payload: { signalIds: signalIds.slice(page * mostSignals, (page + 1) * mostSignals), opens: !late },
    first: true,
  }));
  const changeIds = touched.filter(({ change }) => change.at !== null).map(({ id }) => id);
  if (changeIds.length === 0) return attaching;
  return [...attaching, watchJob(changeIds.length > mostChanges ? null : changeIds)];
}

function watchJob(changeIds: string[] | null): AnyJobRequest {
  return { name: 'watch-changes', payload: { changeIds }, onlyInIncident: true };
}
