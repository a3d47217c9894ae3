import type { FastifyReply } from 'fastify';
import { type Incident, incidentIdOf } from '../domain/incidents/incident.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { IncidentContext } from '../incidents/context.ts';
import { isHidden } from '../domain/viewer.ts';
import type { ViewerOfToken } from './authorised.ts';
import { findIncident } from '../incidents/incident-rows.ts';
import type { SuspectDependencies } from '../incidents/suspects.ts';

export interface IncidentRoutes {
  readonly incidents: IncidentContext & SuspectDependencies;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly viewerOf: ViewerOfToken;
  readonly now: () => Date;
}

/** By `42` or `INC-42`. Of a private one nobody learns that it is there, unless the token may see everything. */
export async function visibleIncident(
  { incidents, viewerOf }: Pick<IncidentRoutes, 'incidents' | 'viewerOf'>,
  { admin }: { readonly admin: boolean },
  reference: string,
): Promise<Incident | null> {
  const id = incidentIdOf(reference);
  const incident = id === null ? null : await findIncident(incidents.db, id);
  if (incident === null || (incident.private && !admin)) return null;
  return isHidden(viewerOf({ admin }), incident.services) ? null : incident;
}

export function unknownIncident(reply: FastifyReply) {
  return reply.code(404).send({ error: 'I know no such incident.' });
}
