import { type Verdict, verdicts } from '../domain/incident.ts';

/** The value of a button or of an option about a change in an incident. */
export function verdictValue(incidentId: string, changeId: string, verdict?: Verdict): string {
  return verdict === undefined ? `${incidentId}:${changeId}` : `${incidentId}:${changeId}:${verdict}`;
}

export interface VerdictValue {
  readonly incidentId: string;
  readonly changeId: string;
  /** Null: the button itself says it. */
  readonly verdict: Verdict | null;
}

/** Null for anything that `verdictValue` did not make. */
export function readVerdictValue(value: string): VerdictValue | null {
  const [, incidentId, changeId, said] = /^(\d{1,18}):(\d{1,18})(?::(\w+))?$/.exec(value) ?? [];
  if (incidentId === undefined || changeId === undefined) return null;
  const verdict = verdicts.find((each) => each === said) ?? null;
  return said !== undefined && verdict === null ? null : { incidentId, changeId, verdict };
}
