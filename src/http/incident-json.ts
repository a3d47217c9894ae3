import { changeJson } from '../domain/answer-json.ts';
import { type Incident, incidentReference } from '../domain/incidents/incident.ts';
import type { IncidentMeasures } from '../domain/incidents/measures.ts';
import type { Alert } from '../incidents/alerts.ts';
import type { IncidentSuspects } from '../incidents/suspects.ts';

/** What programs are told of an incident, with the names of the public contract; times in ISO 8601, UTC. */
export function incidentJson(incident: Incident) {
  return {
    id: incident.id,
    reference: incidentReference(incident),
    status: statusOf(incident),
    title: incident.title,
    symptom: incident.symptom,
    severity: incident.severity,
    environment: incident.environment,
    services: incident.services,
    started_at: incident.startedAt.toISOString(),
    opened_at: incident.openedAt.toISOString(),
    mitigated_at: incident.mitigatedAt?.toISOString() ?? null,
    resolved_at: incident.resolvedAt?.toISOString() ?? null,
    channel: incident.channel,
    private: incident.private,
    cause: incident.causeId,
    cause_note: incident.causeNote,
  };
}

/** All that a sender learns of a private incident: that there is one with its key or channel. */
export function hiddenIncidentJson(incident: Incident) {
  return { id: incident.id, reference: incidentReference(incident), status: statusOf(incident), private: true };
}

/** With what it may have come from. */
export function wholeIncidentJson(incident: Incident, found: IncidentSuspects, measures: IncidentMeasures) {
  const { ranking, alerts, verdicts } = found;
  return {
    ...incidentJson(incident),
    suspects: ranking.suspects.map(({ change, score, likelihood, reasons }) => ({
      change: changeJson(change),
      score,
      likelihood,
      reasons,
      undone_by: found.undone.get(change.id)?.id ?? null,
    })),
    ruled_out: ranking.ruledOut.map(({ change, why }) => ({ change: changeJson(change), why })),
    changes: found.total,
    changes_is_floor: found.totalIsFloor,
    alerts: alerts.alerts.map(alertJson),
    alerts_going: alerts.going,
    alerts_over: alerts.over,
    verdicts: [...verdicts].flatMap(([id, { verdict, text, saidBy, at }]) =>
      verdict === null ? [] : [{ change: id, verdict: verdict.verdict, why: text, by: saidBy, at: at.toISOString() }],
    ),
    measures: {
      time_to_detect_seconds: inSeconds(measures.toDetect),
      time_to_mitigate_seconds: inSeconds(measures.toMitigate),
      time_to_resolve_seconds: inSeconds(measures.toResolve),
    },
  };
}

function statusOf({ resolvedAt, mitigatedAt }: Incident): 'open' | 'mitigated' | 'resolved' {
  if (resolvedAt !== null) return 'resolved';
  return mitigatedAt === null ? 'open' : 'mitigated';
}

function alertJson(alert: Alert) {
  return {
    id: alert.id,
    source: alert.source,
    reference: alert.reference,
    title: alert.title,
    state: alert.state,
    severity: alert.severity,
    environment: alert.environment,
    services: alert.services,
    started_at: alert.startedAt.toISOString(),
    resolved_at: alert.resolvedAt?.toISOString() ?? null,
    url: alert.url,
  };
}

function inSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds / 1000);
}
