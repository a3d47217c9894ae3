import type { FastifyInstance } from 'fastify';
import type { ParityContext } from '../parity/context.ts';
import { storeSnapshot } from '../parity/store-snapshot.ts';
import { authorised } from './authorised.ts';
import { largeBody } from './large-body.ts';
import { snapshotIn } from './snapshot-body.ts';

export interface SnapshotRoutes {
  readonly parity: ParityContext;
  readonly now: () => Date;
}

const bodyLimit = 48 << 20;

export function snapshotRoutes(server: FastifyInstance, dependencies: SnapshotRoutes): void {
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read by the route, when it is known who sends it.
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    snapshotRoute(scope, dependencies);
  });
}

function snapshotRoute(server: FastifyInstance, { parity, now }: SnapshotRoutes): void {
  server.post<{ Body: AsyncIterable<Buffer> | undefined }>('/api/snapshots', { bodyLimit }, async (request, reply) => {
    const token = await authorised(parity.db, request, reply, 'ingest');
    if (token === null) return reply;
    const read = await snapshotIn(largeBody(request));
    const receivedAt = now();
    if (read.outcome === 'refused') return reply.code(read.status).send({ error: read.error });
    const stored = await storeSnapshot(parity, read.snapshot, receivedAt);
    if (stored.outcome === 'refused') return reply.code(stored.status).send({ error: stored.error });
    const { snapshot, facts, changed, drift, notes } = stored;
    return reply.code(202).send({ snapshot, facts, changed, drift, notes });
  });
}
