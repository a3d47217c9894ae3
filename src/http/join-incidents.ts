import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { incidentIdOf } from '../domain/incidents/incident.ts';
import { joinIncidents, partAlert } from '../incidents/join.ts';
import { authorised } from './authorised.ts';
import { bodyOf } from './json-body.ts';
import { incidentJson } from './incident-json.ts';
import { type IncidentRoutes, unknownIncident, visibleIncident } from './visible-incident.ts';

const Reference = z
  .union([z.string(), z.number().int()])
  .transform((reference) => incidentIdOf(String(reference)))
  .pipe(z.string('is no incident such as INC-42'));

const JoinBody = z.strictObject({ into: Reference });
const PartBody = z.strictObject({ alert: z.coerce.string().regex(/^\d{1,18}$/, 'is not the id of an alert') });

/** What the rules got wrong: two incidents that are one, and an alert that is another. */
export function joinRoutes(server: FastifyInstance, routes: IncidentRoutes): void {
  const { db } = routes.incidents;
  server.post<{ Params: { id: string } }>('/api/incidents/:id/join', async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    if (token === null) return reply;
    const body = bodyOf(request, JoinBody);
    if ('error' in body) return reply.code(400).send(body);
    const from = await visibleIncident(routes, token, request.params.id);
    const into = await visibleIncident(routes, token, body.given.into);
    if (from === null || into === null) return unknownIncident(reply);
    const said = await joinIncidents(db, { from: from.id, into: into.id }, `api:${token.name}`, routes.now());
    if (said.outcome === 'gone') return unknownIncident(reply);
    return said.outcome === 'refused' ? refused(reply, said.why) : reply.send(incidentJson(said.incident));
  });
  server.post<{ Params: { id: string } }>('/api/incidents/:id/part', async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    if (token === null) return reply;
    const body = bodyOf(request, PartBody);
    if ('error' in body) return reply.code(400).send(body);
    const from = await visibleIncident(routes, token, request.params.id);
    if (from === null) return unknownIncident(reply);
    const signalId = body.given.alert;
    const said = await partAlert(db, { signalId, from: from.id }, `api:${token.name}`, routes.now());
    if (said.outcome === 'gone') return reply.code(404).send({ error: 'It has no such alert.' });
    return said.outcome === 'refused' ? refused(reply, said.why) : reply.code(201).send(incidentJson(said.incident));
  });
}

function refused(reply: FastifyReply, error: string) {
  return reply.code(409).send({ error });
}
