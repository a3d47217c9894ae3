import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { senderHeader } from '../sources/generic-change.ts';
import { cutDeep } from '../sources/reading/cut-deep.ts';
import { isObject, parseJson, textOf } from '../sources/reading/json.ts';
import type { Source } from '../sources/reading/source.ts';
import { verifyToken } from '../timeline/tokens.ts';

export interface PagerDutyChangeRoutes {
  readonly db: Kysely<Schema>;
  readonly ingest: Ingest;
  /** Reads the bodies of changes. */
  readonly api: Source;
  readonly now: () => Date;
}

/** Twice what PagerDuty takes. */
const bodyLimit = 1 << 20;

/**
 * PagerDuty's Change Events, answered as PagerDuty answers, with a token of ours as `routing_key`: whoever sends there
 * changes the address and the key, and nothing else. https://developer.pagerduty.com/docs/send-change-event
 */
export function pagerDutyChangeRoutes(server: FastifyInstance, routes: PagerDutyChangeRoutes): void {
  server.post('/v2/change/enqueue', { bodyLimit }, (request, reply) => enqueue(routes, request, reply));
}

async function enqueue({ db, ingest, api, now }: PagerDutyChangeRoutes, request: FastifyRequest, reply: FastifyReply) {
  const text = textOf(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  const json = text === undefined ? undefined : cutDeep(parseJson(text));
  if (!isObject(json)) return refuse(reply, 400, 'The body is not a JSON object');
  const { routing_key: key, payload, links, images } = json;
  if (typeof key !== 'string' || key.trim() === '') return refuse(reply, 400, "'routing_key' is missing or blank");
  const token = await verifyToken(db, key.trim(), 'ingest');
  if (token.outcome === 'unknown') return refuse(reply, 400, "Invalid routing key: 'routing_key' is no token in force");
  if (token.outcome === 'wrong-scope') return refuse(reply, 403, "The token in 'routing_key' lacks the scope ingest");
  if (!isObject(payload)) return refuse(reply, 400, "'payload' is missing or blank");
  if (typeof payload['summary'] !== 'string' || payload['summary'].trim() === '') {
    return refuse(reply, 400, "'payload.summary' is missing or blank");
  }

  const receivedAt = now();
  // Without the key: it is a credential, and nothing else of it is kept.
  const body = Buffer.from(JSON.stringify({ payload, links, images }));
  const headers = {
    'content-type': 'application/json',
    'user-agent': request.headers['user-agent'],
    [senderHeader]: token.id,
  };
  const read = api.read({ headers, body, receivedAt });
  const rejected = read.parsed.outcome === 'events' ? read.parsed.rejected?.[0] : undefined;
  if (rejected !== undefined) return refuse(reply, 400, rejected.error);
  const ingested = await ingest.store(api.name, receivedAt, read);
  switch (ingested.outcome) {
    case 'recorded':
    case 'ping':
      return reply.code(202).send({ status: 'success', message: 'Change event processed' });
    case 'kept':
      return refuse(reply, 400, ingested.error);
    case 'unavailable':
      return reply
        .code(503)
        .header('retry-after', '5')
        .send({ status: 'unavailable', message: 'The change event was not stored. Send it again.' });
  }
}

function refuse(reply: FastifyReply, status: number, error: string) {
  return reply.code(status).send({ status: 'invalid event', message: 'Event object is invalid', errors: [error] });
}
