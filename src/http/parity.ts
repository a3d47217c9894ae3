import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../database/schema.ts';
import type { Pair, ParityReport } from '../domain/comparison/difference.ts';
import { parityJson } from '../domain/comparison/parity-json.ts';
import { type Viewer, visibleNames } from '../domain/viewer.ts';
import { plainName } from '../domain/known-names.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Vocabulary } from '../domain/question.ts';
import type { ParityQuestion } from '../parity/compare.ts';
import { visibleReport } from '../parity/visible-report.ts';
import { problemsOf } from '../sources/generic-change.ts';
import { type ViewerOfToken, authorised } from './authorised.ts';

export interface ParityRoutes {
  readonly db: Kysely<Schema>;
  /** Of the settings: the first is compared where nothing else is asked. */
  readonly pairs: readonly Pair[];
  readonly compare: (asked: ParityQuestion) => Promise<ParityReport>;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly viewerOf: ViewerOfToken;
  readonly now: () => Date;
}

const name = z
  .string()
  .min(1)
  .max(200)
  .refine((value) => outsideText(value, 200) === value.trim(), 'has characters that no name has')
  .optional();
const Query = z.object({ reference: name, mirror: name, service: name });

export function parityRoutes(server: FastifyInstance, routes: ParityRoutes): void {
  server.get('/api/parity', async (request, reply) => {
    const token = await authorised(routes.db, request, reply, 'read');
    return token === null ? reply : getParity(routes, routes.viewerOf(token), request, reply);
  });
}

async function getParity(routes: ParityRoutes, viewer: Viewer, request: FastifyRequest, reply: FastifyReply) {
  const query = Query.safeParse(request.query);
  if (!query.success) return reply.code(400).send({ error: problemsOf(query.error) });
  const { environments, services } = visibleNames(await routes.vocabulary(), viewer);
  const [usual] = routes.pairs;
  const named = (given: string | undefined, fallback: string | undefined) =>
    given === undefined
      ? fallback
      : (environments.get(given.toLowerCase()) ?? environments.get(plainName(given)) ?? null);
  const reference = named(query.data.reference, usual?.reference);
  const mirror = named(query.data.mirror, usual?.mirror);
  if (reference === undefined || mirror === undefined) {
    return reply.code(400).send({ error: 'Say which environments: ?reference=production&mirror=staging' });
  }
  if (reference === null || mirror === null) {
    const strange = reference === null ? query.data.reference : query.data.mirror;
    const known = [...new Set(environments.values())].toSorted();
    return reply
      .code(404)
      .send({ error: `There is no environment ${strange ?? ''}: there are ${known.join(', ')}.`, known });
  }
  if (reference === mirror)
    return reply.code(400).send({ error: `${reference} is like itself: name two environments.` });
  const { service } = query.data;
  const asked =
    service === undefined
      ? null
      : (services.get(service.toLowerCase()) ?? services.get(plainName(service)) ?? plainName(service));
  const whole = await routes.compare({ pair: { reference, mirror }, service: asked, at: routes.now() });
  const report = await visibleReport(routes.db, whole, viewer);
  return reply.send(parityJson(report));
}
