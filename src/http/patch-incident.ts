import { setScope, setSeverity, setStart, setSymptom, setTitle } from '../incidents/correct.ts';
import type { IncidentContext } from '../incidents/context.ts';
import { mitigate, reopen, resolveIncident } from '../incidents/resolve.ts';
import { sayNoChangeCaused, sayVerdict } from '../incidents/verdict.ts';
import type { IncidentPatch } from './incident-body.ts';

/** Null: done. Otherwise why not, in a sentence; what stands before it in the list below has been done. */
export type Refusal = string | null;

type Step = () => Promise<{ readonly outcome: string; readonly why?: string }>;

/** As a person would do it in Slack, one after the other. What is as it should be already is left alone. */
export async function patchIncident(
  { db }: IncidentContext,
  id: string,
  patch: IncidentPatch,
  { saidBy, now }: { readonly saidBy: string; readonly now: Date },
): Promise<Refusal> {
  const { title, started_at: start, services, environment, severity, symptom, cause, status } = patch;
  const note = patch.cause_note ?? '';
  const scope = {
    ...(services === undefined ? {} : { services }),
    ...(environment === undefined ? {} : { environment }),
  };
  const steps: readonly (Step | null)[] = [
    start === undefined ? null : () => setStart(db, id, start, saidBy, now),
    title === undefined ? null : () => setTitle(db, id, title, saidBy, now),
    Object.keys(scope).length === 0 ? null : () => setScope(db, id, scope, saidBy, now),
    severity === undefined ? null : () => setSeverity(db, id, severity, saidBy, now),
    symptom === undefined ? null : () => setSymptom(db, id, symptom, saidBy, now),
    typeof cause === 'string'
      ? () => sayVerdict(db, id, { changeId: cause, verdict: 'caused', why: note }, saidBy, now)
      : null,
    cause === null || (cause === undefined && note !== '' && status !== 'resolved')
      ? () => sayNoChangeCaused(db, id, note, saidBy, now)
      : null,
    status === 'open' ? () => reopen(db, id, { why: '' }, saidBy, now) : null,
    status === 'mitigated' ? () => mitigate(db, id, { note: '' }, saidBy, now) : null,
    status === 'resolved' ? () => resolveIncident(db, id, { note }, saidBy, now) : null,
  ];
  for (const step of steps) {
    const done = step === null ? null : await step();
    if (done?.outcome === 'refused') return done.why ?? 'That cannot be.';
    if (done?.outcome === 'not-in-timeline') return `The timeline shows no change ${cause ?? ''}.`;
  }
  return null;
}
