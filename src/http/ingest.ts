import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Ingest, Ingested } from '../ingest/ingest.ts';
import { defined } from '../sources/reading/defined.ts';
import type { Source } from '../sources/reading/source.ts';
import type { IngestMetrics } from './metrics.ts';

export interface IngestRoutes {
  readonly ingest: Ingest;
  /** The sources whose secret is set, by name. */
  readonly open: ReadonlyMap<string, Source>;
  /** Every source that this version knows, with the variable that opens it. */
  readonly known: readonly { readonly name: string; readonly title: string; readonly variable: string }[];
  readonly metrics: IngestMetrics;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Seconds after which a sender may try again when the database was not to be had. */
const retryAfter = '5';

export function ingestRoutes(server: FastifyInstance, routes: IngestRoutes): void {
  for (const source of routes.open.values()) {
    const { bodyLimit } = source;
    server.post(`/ingest/${source.name}`, { bodyLimit }, (request, reply) => accept(routes, source, request, reply));
    if (!source.secretInPath) continue;
    server.post<WithSecret>(`/ingest/${source.name}/:secret`, { bodyLimit }, (request, reply) =>
      accept(routes, source, request, reply, request.params.secret),
    );
  }
  const closed = (request: FastifyRequest<WithSource>, reply: FastifyReply) => {
    const known = routes.known.find((each) => each.name === request.params.source);
    if (known === undefined) return reply.code(404).send({ error: 'There is no such source.' });
    if (routes.open.has(known.name)) {
      return reply.code(404).send({ error: `${known.title} proves itself by headers, not by its address.` });
    }
    return reply
      .code(503)
      .header('retry-after', '3600')
      .send({ error: `${known.title} is closed: set ${known.variable} and restart to open it.` });
  };
  server.post<WithSource>('/ingest/:source', closed);
  server.post<WithSource>('/ingest/:source/:secret', closed);
}

interface WithSource {
  Params: { source: string };
}
interface WithSecret {
  Params: { secret: string };
}

async function accept(
  routes: IngestRoutes,
  source: Source,
  request: FastifyRequest,
  reply: FastifyReply,
  pathSecret?: string,
) {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const delivery = { headers: singleHeaders(request), body, receivedAt: routes.now(), ...defined({ pathSecret }) };
  if (!source.verify(delivery)) {
    routes.metrics.deliveries.inc({ source: source.name, outcome: 'refused' });
    return reply
      .code(401)
      .send({ error: `The signature is missing or does not fit: ${source.title} did not send this.` });
  }
  const ingested = await routes.ingest.ingest(source, delivery);
  return answerIngested(ingested, { source, log: routes.log }, reply);
}

/** What became of a delivery, for its sender. */
export function answerIngested(
  ingested: Ingested,
  { source, log }: { readonly source: Pick<Source, 'name'>; readonly log: Logger },
  reply: FastifyReply,
  more: { readonly rejected?: readonly { readonly index: number; readonly error: string }[] } = {},
) {
  switch (ingested.outcome) {
    case 'recorded': {
      const { deliveryId, duplicate, shown, alerts } = ingested.recorded;
      return reply
        .code(202)
        .send({ delivery: deliveryId, duplicate, changes: shown, incidents: alerts, facts: 0, ...more });
    }
    case 'ping':
      return reply.code(200).send({ ok: true });
    case 'kept': {
      const { deliveryId, error, notWhatItSends } = ingested;
      log.warn({ source: source.name, delivery: deliveryId, problem: error }, 'a delivery could not be read');
      if (notWhatItSends) return reply.code(400).send({ error, delivery: deliveryId });
      return reply
        .code(202)
        .send({ delivery: deliveryId, duplicate: false, changes: 0, incidents: 0, facts: 0, error });
    }
    case 'unavailable':
      log.error({ source: source.name, err: ingested.error }, 'a delivery could not be stored');
      return reply
        .code(503)
        .header('retry-after', retryAfter)
        .send({ error: 'The delivery was not stored. Send it again.' });
  }
}

/** A header given twice is no header a source sends: the first counts, and its signature then decides. */
export function singleHeaders(request: FastifyRequest): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value[0] : value;
  return headers;
}
