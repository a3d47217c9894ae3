import { type Verdict, verdicts } from '../domain/incidents/incident.ts';

/** Slack's limit for the value of a button is 2,000. */
const longestWhy = 1500;

/** The value of a button or of an option about a change in an incident. `why`: what the person has written already. */
export function verdictValue(incidentId: string, changeId: string, verdict: Verdict, why = ''): string {
  const value = `${incidentId}:${changeId}:${verdict}`;
  return why === '' ? value : `${value}\n${why.slice(0, longestWhy).toWellFormed()}`;
}

export interface VerdictValue {
  readonly incidentId: string;
  readonly changeId: string;
  /** Null: the button itself says it. */
  readonly verdict: Verdict | null;
  /** Empty: nothing yet. */
  readonly why: string;
}

/** Null for anything that `verdictValue` did not make, but for a value without a verdict. */
export function readVerdictValue(value: string): VerdictValue | null {
  const [, incidentId, changeId, said, why = ''] = /^(\d{1,18}):(\d{1,18})(?::(\w+)(?:\n([^]*))?)?$/.exec(value) ?? [];
  if (incidentId === undefined || changeId === undefined) return null;
  const verdict = verdicts.find((each) => each === said) ?? null;
  return said !== undefined && verdict === null ? null : { incidentId, changeId, verdict, why };
}
