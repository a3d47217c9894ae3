import type { Incident } from './incident.ts';

/** In milliseconds; null: not known. */
export interface IncidentMeasures {
  /** From the onset until an alert or a person told of it. */
  readonly toDetect: number | null;
  /** Until somebody said that it hurts no more. */
  readonly toMitigate: number | null;
  readonly toResolve: number | null;
}

export type Timed = Pick<Incident, 'startedAt' | 'openedAt' | 'mitigatedAt' | 'resolvedAt' | 'said'>;

/**
 * All count from the onset. Where nobody has said when it began, the onset is taken from what told of it, and how long
 * it went unnoticed is not known. What is said to have ended before it began is not known either.
 */
export function measuresOf(incident: Timed, firstAlertAt: Date | null): IncidentMeasures {
  const { startedAt, openedAt, mitigatedAt, resolvedAt, said } = incident;
  const heard = firstAlertAt !== null && firstAlertAt < openedAt ? firstAlertAt : openedAt;
  const unnoticed = Math.max(0, heard.getTime() - startedAt.getTime());
  return {
    toDetect: unnoticed === 0 && !said.start ? null : unnoticed,
    toMitigate: between(startedAt, mitigatedAt),
    toResolve: between(startedAt, resolvedAt),
  };
}

function between(from: Date, to: Date | null): number | null {
  return to === null || to < from ? null : to.getTime() - from.getTime();
}
