import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Schema } from '../database/schema.ts';
import { answerJson } from '../domain/answer-json.ts';
import { kinds } from '../domain/change.ts';
import type { Vocabulary } from '../domain/question.ts';
import { type Viewer, visibleNames } from '../domain/viewer.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { problemsOf, senderHeader } from '../sources/generic-change.ts';
import type { Source } from '../sources/reading/source.ts';
import type { Ask } from '../timeline/ask.ts';
import { decodeCursor } from '../timeline/cursor.ts';
import { type ViewerOfToken, authorised } from './authorised.ts';
import { type ReadQuestion, Services, Timezone, readQuestion, text } from './question-query.ts';

export interface ApiRoutes {
  readonly db: Kysely<Schema>;
  readonly ingest: Ingest;
  /** Reads what `POST /api/changes` brings. */
  readonly api: Source;
  readonly ask: Ask;
  readonly vocabulary: () => Promise<Vocabulary>;
  readonly viewerOf: ViewerOfToken;
  readonly now: () => Date;
}

const bodyLimit = 4 << 20;
const mostChanges = 1000;

export function apiRoutes(server: FastifyInstance, routes: ApiRoutes): void {
  server.post('/api/changes', { bodyLimit }, async (request, reply) => {
    const token = await authorised(routes.db, request, reply, 'ingest');
    return token === null ? reply : postChanges(routes, token, request, reply);
  });
  server.get('/api/changes', async (request, reply) => {
    const token = await authorised(routes.db, request, reply, 'read');
    return token === null ? reply : getChanges(routes, routes.viewerOf(token), request, reply);
  });
}

async function postChanges(
  routes: ApiRoutes,
  token: { readonly id: string },
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const receivedAt = routes.now();
  const headers = {
    'content-type': request.headers['content-type'],
    'user-agent': request.headers['user-agent'],
    [senderHeader]: token.id,
  };
  const read = routes.api.read({ headers, body, receivedAt });
  const { parsed } = read;
  if (parsed.outcome === 'malformed') return reply.code(400).send({ error: parsed.error });
  if (parsed.outcome !== 'events') throw new Error('the API reads changes or refuses them');
  const { events, rejected = [] } = parsed;
  const count = events.length + rejected.length;
  if (count > mostChanges) {
    return reply.code(413).send({ error: `At most ${mostChanges} changes at a time; this has ${count}.` });
  }
  if (events.length === 0) {
    // Of many, each is answered for itself; one alone that is refused is a refused request.
    const [only] = body.toString('latin1').trimStart().startsWith('[') ? [] : rejected;
    const none = { accepted: 0, duplicates: 0, rejected, changes: [] };
    return only === undefined ? reply.code(202).send(none) : reply.code(400).send({ error: only.error, ...none });
  }
  const ingested = await routes.ingest.store(routes.api.name, receivedAt, read);
  if (ingested.outcome === 'unavailable') {
    return reply.code(503).header('retry-after', '5').send({ error: 'The changes were not stored. Send them again.' });
  }
  if (ingested.outcome === 'kept') return reply.code(400).send({ error: ingested.error });
  if (ingested.outcome === 'ping') throw new Error('the API knows no test calls');
  const { changeIds, newEvents: accepted } = ingested.recorded;
  return reply.code(202).send({ accepted, duplicates: events.length - accepted, rejected, changes: changeIds });
}

const Query = z.object({
  since: text(500).optional(),
  until: text(500).optional(),
  environment: text(200).optional(),
  service: Services,
  kind: z.union([z.enum(kinds), z.array(z.enum(kinds)).max(20)]).optional(),
  actor: text(320).optional(),
  q: text(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z
    .string()
    .refine((cursor) => decodeCursor(cursor) !== null, 'is not the `next` of an answer')
    .optional(),
  timezone: Timezone,
});
type Query = z.output<typeof Query>;

/** Without `since`: the last day. */
const defaultSince = '24h';

async function getChanges(routes: ApiRoutes, viewer: Viewer, request: FastifyRequest, reply: FastifyReply) {
  const parsed = Query.safeParse(request.query);
  if (!parsed.success) return reply.code(400).send({ error: problemsOf(parsed.error) });
  const query = parsed.data;
  const now = routes.now();
  const understood = await questionOf(routes, viewer, query, now);
  if (understood.outcome === 'not-understood') {
    return reply.code(400).send({ error: understood.problem, read: understood.read, examples: understood.examples });
  }
  const asked = await routes.ask(understood.question, {
    timezone: query.timezone,
    now,
    limit: query.limit,
    cursor: query.cursor ?? null,
    viewer,
  });
  if (asked.outcome === 'not-found') return reply.code(404).send({ error: asked.problem, examples: asked.examples });
  return reply.send(answerJson(asked.answer));
}

/** `since` and `until` are read with the grammar of `/since`; the other parameters are exact. */
async function questionOf(routes: ApiRoutes, viewer: Viewer, query: Query, now: Date): Promise<ReadQuestion> {
  const vocabulary = visibleNames(await routes.vocabulary(), viewer);
  const understood = readQuestion(vocabulary, { ...query, since: query.since ?? defaultSince }, now);
  if (understood.outcome === 'not-understood') return understood;
  const { question } = understood;
  const kindsAsked = query.kind === undefined ? [] : typeof query.kind === 'string' ? [query.kind] : query.kind;
  return {
    outcome: 'question',
    question: {
      ...question,
      kinds: kindsAsked.length > 0 ? kindsAsked : question.kinds,
      actor: query.actor ?? question.actor,
      text: query.q ?? question.text,
    },
  };
}
