import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** How long we go on reading what a sender of too much still sends, so that it can read our answer. */
const lingering = 5000;

const sentences: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The Content-Type header cannot be read.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length header says.',
  FST_ERR_BAD_URL: 'The address cannot be read.',
  FST_ERR_MAX_LIMIT_REACHED: 'The address is too long.',
};

/** One sentence for the sender. Only what is our fault is logged, and its text stays here. */
export function errorAnswer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { code, status } = knownAs(error);
  if (status === 413) return refuseTheRest(request, reply);
  if (status >= 400 && status < 500) {
    void reply.code(status).send({ error: sentences[code] ?? 'The request cannot be understood.' });
    return;
  }
  request.log.error(
    { err: error, requestId: request.id, method: request.method, route: request.routeOptions.url },
    'a request failed',
  );
  void reply.code(500).send({ error: `Something went wrong on our side (request ${request.id}).` });
}

/**
 * Ending now would reset the connection while the sender writes, and it would see that instead of the answer. So the
 * answer goes out first, and the end follows when the sender is done or has had its time.
 */
function refuseTheRest(request: FastifyRequest, reply: FastifyReply): void {
  const limit = request.routeOptions.bodyLimit ?? 0;
  const body = JSON.stringify({ error: `The body is larger than ${Math.floor(limit / (1024 * 1024))} MB.` });
  const headers = reply.getHeaders();
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(413, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  raw.write(body);
  const timeout = setTimeout(() => raw.end(), lingering);
  request.raw.once('end', () => raw.end());
  raw.once('close', () => clearTimeout(timeout));
  request.raw.resume();
}

function knownAs(error: unknown): { code: string; status: number } {
  if (!(error instanceof Error)) return { code: '', status: 500 };
  const { code, statusCode }: Partial<FastifyError> = error;
  return { code: code ?? '', status: statusCode ?? 500 };
}

/** For what is not HTTP at all, or never became a request. */
export function clientErrorAnswer(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, sentence] = statusLines[error.code ?? ''] ?? ['400 Bad Request', 'The request is not HTTP.'];
  const body = JSON.stringify({ error: sentence });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const statusLines: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The address and headers are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive.'],
};
