import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../timeline/readiness.ts';
import type { Metrics } from './metrics.ts';

export interface HealthDependencies {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
}

export function healthRoutes(server: FastifyInstance, { readiness, metrics }: HealthDependencies): void {
  server.get('/healthz', () => ({ alive: true }));

  server.get('/readyz', async (_request, reply) => {
    const state = await readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });

  server.get('/metrics', async (_request, reply) => {
    const state = await readiness();
    metrics.ready.set(state.ready ? 1 : 0);
    // Unknown is not zero.
    metrics.failedDeliveries.set(state.failed_deliveries ?? Number.NaN);
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
