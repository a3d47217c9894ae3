import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { clientErrorAnswer, errorAnswer } from './errors.ts';
import type { Metrics } from './metrics.ts';

const megabyte = 1024 * 1024;
/** Bytes; a route says when it takes more. */
const usualBodyLimit = 4 * megabyte;

/** Milliseconds for requests in flight when the server is told to close. */
export const longestClose = 10_000;

export interface ServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Reads its own bodies: Slack signs raw bytes. `closed`: what people are told who come here all the same. */
  readonly slack: { readonly listener: RequestListener } | { readonly closed: string };
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * A server without routes: every route is a function `(server, dependencies) => void` of its own file. Bodies arrive as
 * the bytes that were sent (`request.body` is a Buffer, or undefined), because signatures cover bytes.
 */
export function buildServer({ logger, metrics, slack }: ServerOptions): FastifyInstance {
  const quiet: FastifyBaseLogger = logger.child({}, { level: 'warn' });
  const server: FastifyInstance = fastify({
    loggerInstance: quiet,
    // One logger for all: a child for each request costs more than it says. Log `requestId` where it helps.
    childLoggerFactory: () => logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    bodyLimit: usualBodyLimit,
    routerOptions: { maxParamLength: 500 },
    forceCloseConnections: 'idle',
    serverFactory: (handler) => {
      const forSlack = slackListener(slack, logger);
      return httpServer((request, response) => (isForSlack(request.url) ? forSlack : handler)(request, response));
    },
    frameworkErrors: (error, request, reply) => errorAnswer(error, request, reply.headers(securityHeaders)),
  });

  server.removeAllContentTypeParsers();
  // The same for all. Fastify remembers which expression fits a type, and not that only `*` does.
  for (const types of [/^/, '*'])
    server.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler(errorAnswer);
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'There is nothing here.' }));

  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders);
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.toLowerCase() === 'identity') return done();
    reply.code(415).send({ error: 'Send the body as it is: no content encoding such as gzip is accepted.' });
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    // The route and not the address: addresses may hold secrets.
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    metrics.requests.observe({ method, route, status }, reply.elapsedTime / 1000);
    logger.debug({ requestId: request.id, method, route, status, milliseconds: reply.elapsedTime }, 'request');
    done();
  });
  endConnectionsOnClose(server);
  return server;
}

/** What listens, as senders and load balancers need it. */
export function httpServer(handler: RequestListener): Server {
  const server = createServer(
    // Longer than load balancers keep an idle connection (60 s), so that it is they who close it.
    { keepAliveTimeout: 75_000, headersTimeout: 30_000, requestTimeout: 120_000 },
    handler,
  );
  server.on('clientError', clientErrorAnswer);
  return server;
}

function isForSlack(url: string | undefined): boolean {
  return url !== undefined && url.startsWith('/slack/');
}

function slackListener(slack: ServerOptions['slack'], logger: Logger): RequestListener {
  if ('closed' in slack) return (_request, response) => answer(response, 503, slack.closed);
  return (request: IncomingMessage, response: ServerResponse) => {
    try {
      slack.listener(request, response);
    } catch (error) {
      // Bolt throws for a path that is none of its own.
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'slack_bolt_http_receiver_deferred_request_error') answer(response, 404, 'There is nothing here.');
      else {
        logger.error({ err: error }, 'a request from Slack failed');
        answer(response, 500, 'Something went wrong on our side.');
      }
    }
  };
}

function answer(response: ServerResponse, status: number, error: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...securityHeaders, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error }));
}

function endConnectionsOnClose(server: FastifyInstance): void {
  let ended = () => {};
  server.addHook('preClose', (done) => {
    ended = endConnections(server.server);
    done();
  });
  server.addHook('onClose', (_instance, done) => {
    ended();
    done();
  });
}

/**
 * Node ends connections that are idle when the server closes, not those that become idle afterwards. Requests that have
 * not ended after a while are cut off: nothing was acknowledged to their senders. To be called off when it has closed.
 */
function endConnections(server: Server): () => void {
  const timers = [
    setInterval(() => server.closeIdleConnections(), 50),
    setTimeout(() => server.closeAllConnections(), longestClose),
  ];
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

/** Takes no more requests, and resolves when those in hand are over. */
export async function closeServer(server: Server): Promise<void> {
  const ended = endConnections(server);
  const closed = once(server, 'close');
  server.close();
  await closed;
  ended();
}

/** Unique among processes as far as a log needs: when this one began, and a count. */
function requestIds(): () => string {
  const start = Date.now().toString(36);
  let count = 0;
  return () => `${start}-${(count++).toString(36)}`;
}
