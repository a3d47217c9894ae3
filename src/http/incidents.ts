import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Incident } from '../domain/incidents/incident.ts';
import { measuresOf } from '../domain/incidents/measures.ts';
import { plainName } from '../domain/known-names.ts';
import { openIncidents, recentIncidents } from '../incidents/find.ts';
import { firstAlertOf } from '../incidents/first-alert.ts';
import { findIncident } from '../incidents/incident-rows.ts';
import { openIncident } from '../incidents/open.ts';
import { suspectsOf } from '../incidents/suspects.ts';
import { problemsOf } from '../sources/generic-change.ts';
import { authorised } from './authorised.ts';
import { IncidentPatch, IncidentQuery, NewIncidentBody } from './incident-body.ts';
import { hiddenIncidentJson, incidentJson, wholeIncidentJson } from './incident-json.ts';
import { bodyOf } from './json-body.ts';
import { patchIncident } from './patch-incident.ts';
import { type IncidentRoutes, unknownIncident, visibleIncident } from './visible-incident.ts';

type Token = NonNullable<Awaited<ReturnType<typeof authorised>>>;

const bodyLimit = 64 << 10;

export function incidentRoutes(server: FastifyInstance, routes: IncidentRoutes): void {
  const { db } = routes.incidents;
  server.post('/api/incidents', { bodyLimit }, async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    return token === null ? reply : postIncident(routes, token, request, reply);
  });
  server.get('/api/incidents', async (request, reply) => {
    const token = await authorised(db, request, reply, 'read');
    return token === null ? reply : listIncidents(routes, token, request, reply);
  });
  server.get<{ Params: { id: string } }>('/api/incidents/:id', async (request, reply) => {
    const token = await authorised(db, request, reply, 'read');
    if (token === null) return reply;
    const incident = await visibleIncident(routes, token, request.params.id);
    return incident === null ? unknownIncident(reply) : reply.send(await whole(routes, incident));
  });
  server.patch<{ Params: { id: string } }>('/api/incidents/:id', { bodyLimit }, async (request, reply) => {
    const token = await authorised(db, request, reply, 'ingest');
    return token === null ? reply : correctIncident(routes, token, request.params.id, request, reply);
  });
}

async function postIncident(routes: IncidentRoutes, token: Token, request: FastifyRequest, reply: FastifyReply) {
  const body = bodyOf(request, NewIncidentBody);
  if ('error' in body) return reply.code(400).send(body);
  const { given } = body;
  const { environments, services } = await routes.vocabulary();
  const now = routes.now();
  const { incidents } = routes;
  const { incident, fresh } = await incidents.db.transaction().execute((trx) =>
    openIncident(
      trx,
      {
        key: given.key === undefined || given.key === null ? null : `api:${given.key}`,
        title: given.title,
        symptom: given.symptom ?? '',
        severity: given.severity ?? null,
        environment: given.environment ? nameIn(environments, given.environment) : incidents.defaultEnvironment,
        services: given.services.map((name) => nameIn(services, name)),
        startedAt: given.started_at ?? now,
        ...(given.channel ? { channel: given.channel } : {}),
        saidBy: `api:${token.name}`,
        said: {
          title: true,
          scope: given.services.length > 0,
          start: given.started_at !== undefined,
          severity: typeof given.severity === 'string',
        },
      },
      now,
    ),
  );
  const json = incident.private && !fresh && !token.admin ? hiddenIncidentJson(incident) : incidentJson(incident);
  return reply.code(fresh ? 201 : 200).send(json);
}

async function listIncidents(routes: IncidentRoutes, token: Token, request: FastifyRequest, reply: FastifyReply) {
  const query = IncidentQuery.safeParse(request.query);
  if (!query.success) return reply.code(400).send({ error: problemsOf(query.error) });
  const { status, limit } = query.data;
  const find = status === 'open' ? openIncidents : recentIncidents;
  const found = await find(routes.incidents.db, {
    includePrivate: token.admin,
    limit,
    hidden: routes.viewerOf(token).hidden,
  });
  return reply.send({ incidents: found.map(incidentJson) });
}

async function correctIncident(
  routes: IncidentRoutes,
  token: Token,
  reference: string,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const body = bodyOf(request, IncidentPatch);
  if ('error' in body) return reply.code(400).send(body);
  const incident = await visibleIncident(routes, token, reference);
  if (incident === null) return unknownIncident(reply);
  const { services, environment, ...patch } = body.given;
  const known = await routes.vocabulary();
  const said = { saidBy: `api:${token.name}`, now: routes.now() };
  const named = {
    ...patch,
    ...(services === undefined ? {} : { services: services.map((name) => nameIn(known.services, name)) }),
    ...(environment === undefined
      ? {}
      : { environment: environment === null ? null : nameIn(known.environments, environment) }),
  };
  const refusal = await patchIncident(routes.incidents, incident.id, named, said);
  if (refusal !== null) return reply.code(400).send({ error: refusal });
  const now = await findIncident(routes.incidents.db, incident.id);
  return now === null ? unknownIncident(reply) : reply.send(incidentJson(now));
}

async function whole({ incidents, now }: IncidentRoutes, incident: Incident) {
  const [found, firstAlert] = await Promise.all([
    suspectsOf(incidents, incident, now()),
    firstAlertOf(incidents.db, incident.id),
  ]);
  return wholeIncidentJson(incident, found, measuresOf(incident, firstAlert));
}

function nameIn(known: ReadonlyMap<string, string>, name: string): string {
  return known.get(name.toLowerCase()) ?? known.get(plainName(name)) ?? plainName(name);
}
