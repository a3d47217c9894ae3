import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { developers, minutesBefore, owner, type Login } from './day.ts';
import type { IncidentStep } from './surroundings.ts';
import { iso, systemDelivery, type SystemDelivery, type Telling } from './telling.ts';

/** What a v3 webhook subscription of PagerDuty gets of one incident. */
export function tellIncident(telling: Telling, step: IncidentStep): readonly SystemDelivery[] {
  const id = `Q${telling.nextId().toString(36).toUpperCase().padStart(13, 'ACME')}`;
  const { assignee } = step;
  const stages = [
    { status: 'triggered', when: step.at, agent: null },
    { status: 'acknowledged', when: step.acknowledged, agent: person(assignee) },
    { status: 'resolved', when: step.resolved, agent: person(assignee) },
  ];
  return stages.map(({ status, when, agent }) => {
    const at = minutesBefore(telling.now, when);
    const event = {
      id: `01${telling.nextId().toString(36).toUpperCase().padStart(24, '0')}`,
      event_type: `incident.${status}`,
      resource_type: 'incident',
      occurred_at: at.toISOString(),
      agent,
      client: null,
      data: incident(id, step, { status, created: minutesBefore(telling.now, step.at) }),
    };
    const headers = { 'x-webhook-id': randomUUID(), 'x-webhook-subscription': 'PACME01' };
    return systemDelivery('pagerduty', at, { event }, headers);
  });
}

function incident(
  id: string,
  { number, title, service, assignee }: IncidentStep,
  { status, created }: { status: string; created: Date },
): JsonObject {
  return {
    id,
    type: 'incident',
    self: `https://api.pagerduty.com/incidents/${id}`,
    html_url: `https://${owner}.pagerduty.com/incidents/${id}`,
    number,
    status,
    incident_key: 'payment-errors',
    created_at: iso(created),
    title,
    service: reference('service', 'PCHECK1', service),
    assignees: status === 'resolved' ? [] : [person(assignee)],
    escalation_policy: reference('escalation_policy', 'PESC001', 'Payments'),
    teams: [reference('team', 'PTEAM01', 'Payments')],
    priority: reference('priority', 'PPRIO01', 'P2'),
    urgency: 'high',
    conference_bridge: null,
    resolve_reason: null,
    incident_type: { name: 'incident_default' },
  };
}

function person(login: Login): JsonObject {
  return reference('user', `P${login.toUpperCase()}01`, developers[login].name);
}

function reference(type: string, id: string, summary: string): JsonObject {
  const path = type === 'escalation_policy' ? 'escalation_policies' : type === 'priority' ? 'priorities' : `${type}s`;
  return {
    html_url: `https://${owner}.pagerduty.com/${path}/${id}`,
    id,
    self: `https://api.pagerduty.com/${path}/${id}`,
    summary,
    type: `${type}_reference`,
  };
}
