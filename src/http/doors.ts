import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Schema } from '../database/schema.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { tooManyEvents } from '../sources/cloudevents.ts';
import type { Source } from '../sources/reading/source.ts';
import { authorised } from './authorised.ts';
import { answerIngested, singleHeaders } from './ingest.ts';

export interface DoorRoutes {
  readonly db: Kysely<Schema>;
  readonly ingest: Ingest;
  /** Reads what `POST /api/events` brings. */
  readonly events: Source;
  /** Reads what `POST /api/plans` brings. */
  readonly plans: Source;
  readonly log: Logger;
  readonly now: () => Date;
}

/** What a token opens in place of a secret, answered as `/ingest/:source` is. */
export function doorRoutes(server: FastifyInstance, routes: DoorRoutes): void {
  const open = (path: string, source: Source) =>
    server.post(path, { bodyLimit: source.bodyLimit }, async (request, reply) => {
      const token = await authorised(routes.db, request, reply, 'ingest');
      return token === null ? reply : accept(routes, source, request, reply);
    });
  open('/api/events', routes.events);
  open('/api/plans', routes.plans);
  server.options('/api/events', shakeHands);
}

async function accept({ ingest, log, now }: DoorRoutes, source: Source, request: FastifyRequest, reply: FastifyReply) {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const receivedAt = now();
  const read = source.read({ headers: singleHeaders(request), body, receivedAt });
  const { parsed } = read;
  if (parsed.outcome === 'malformed' && parsed.notWhatItSends) {
    return reply.code(parsed.error === tooManyEvents ? 413 : 400).send({ error: parsed.error });
  }
  const rejected = parsed.outcome === 'events' ? (parsed.rejected ?? []) : [];
  const ingested = await ingest.store(source.name, receivedAt, read);
  return answerIngested(ingested, { source, log }, reply, rejected.length === 0 ? {} : { rejected });
}

/**
 * A sender asks whether it may send here before it does. Whoever asks may: what it sends needs a token all the same.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
function shakeHands(request: FastifyRequest, reply: FastifyReply) {
  const origin = singleHeaders(request)['webhook-request-origin'];
  reply.header('allow', 'OPTIONS, POST');
  if (origin === undefined) return reply.code(204).send();
  if (!/^[\w.:/*-]{1,255}$/.test(origin)) return reply.code(400).send({ error: 'WebHook-Request-Origin is no name.' });
  return reply.header('webhook-allowed-origin', origin).header('webhook-allowed-rate', '*').code(200).send();
}
