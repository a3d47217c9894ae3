import { z } from 'zod';
import type { Signal } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { Id, Time, WebUrl, text } from '../reading/fields.ts';
import { ignored, reader } from '../reading/reader.ts';
import { severityOf, signalled } from '../reading/signal-fields.ts';
import { Project, timeOr } from './fields.ts';

const AnyBody = z.looseObject({ object_attributes: z.looseObject({ type: z.unknown().optional() }).nullish() });

const IncidentBody = z.object({
  project: Project,
  object_attributes: z.object({
    iid: Id,
    title: text(300),
    state: z.enum(['opened', 'closed']),
    confidential: z.boolean().nullish(),
    severity: text(50),
    escalation_status: text(50),
    created_at: Time.nullish(),
    updated_at: Time.nullish(),
    url: WebUrl,
  }),
});
type Incident = z.output<typeof IncidentBody>['object_attributes'];

/** Of issues and work items, those that are incidents: https://docs.gitlab.com/operations/incident_management/ */
export const readIssue = reader(AnyBody, (body, context) =>
  body.object_attributes?.type === 'Incident' ? readIncident(body, context) : ignored('an issue that is no incident'),
);

const readIncident = reader(IncidentBody, ({ object_attributes: incident, project }, { receivedAt }) => {
  const subject = `gitlab:${project.full_name}#${incident.iid}`;
  const state = stateOf(incident);
  const { occurredAt, clock } = timeOr(receivedAt, incident.updated_at);
  return signalled([
    {
      key: `${subject}:incident:${state}:${clock === 'source' ? occurredAt : ''}`,
      source: 'gitlab',
      subject,
      state,
      occurredAt,
      clock,
      reference: `#${incident.iid}`,
      labels: { project: project.full_name },
      ...defined({
        // Not everyone who asks may read it.
        title: incident.confidential === true ? `confidential incident #${incident.iid}` : incident.title,
        severity: severityOf(incident.severity),
        startedAt: incident.created_at?.toISOString(),
        url: incident.url,
      }),
    },
  ]);
});

function stateOf({ state, escalation_status: status }: Incident): NonNullable<Signal['state']> {
  if (state === 'closed' || status === 'resolved') return 'resolved';
  return status === 'acknowledged' ? 'acknowledged' : 'open';
}
