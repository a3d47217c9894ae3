import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { measuresJson } from '../domain/measures/measures-json.ts';
import type { Vocabulary } from '../domain/question.ts';
import { type Viewer, visibleNames } from '../domain/viewer.ts';
import { type MeasureDependencies, measure } from '../measures/ask.ts';
import { problemsOf } from '../sources/generic-change.ts';
import { type ViewerOfToken, authorised } from './authorised.ts';
import { Services, Timezone, readQuestion, text } from './question-query.ts';

export interface MeasureRoutes extends MeasureDependencies {
  readonly viewerOf: ViewerOfToken;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly now: () => Date;
}

const Query = z.object({
  since: text(500).default('30d'),
  until: text(500).optional(),
  environment: text(200).optional(),
  service: Services,
  timezone: Timezone,
});

export function measureRoutes(server: FastifyInstance, routes: MeasureRoutes): void {
  server.get('/api/measures', async (request, reply) => {
    const token = await authorised(routes.db, request, reply, 'read');
    return token === null ? reply : getMeasures(routes, routes.viewerOf(token), request, reply);
  });
}

async function getMeasures(routes: MeasureRoutes, viewer: Viewer, request: FastifyRequest, reply: FastifyReply) {
  const query = Query.safeParse(request.query);
  if (!query.success) return reply.code(400).send({ error: problemsOf(query.error) });
  const now = routes.now();
  const understood = readQuestion(visibleNames(await routes.vocabulary(), viewer), query.data, now);
  if (understood.outcome === 'not-understood') {
    return reply.code(400).send({ error: understood.problem, read: understood.read, examples: understood.examples });
  }
  const measured = await measure(routes, understood.question, { now, timezone: query.data.timezone, viewer });
  switch (measured.outcome) {
    case 'not-found':
      return reply.code(404).send({ error: measured.problem, examples: measured.examples });
    case 'refused':
      return reply.code(400).send({ error: measured.why });
    case 'measured':
      return reply.send(measuresJson(measured.report));
  }
}
