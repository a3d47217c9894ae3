import { errorCodes } from 'fastify';
import type { FastifyRequest } from 'fastify';

/** The bytes of a body as they arrive. Rejects as the usual way of reading does when they are more than the route takes. */
export async function* largeBody(request: FastifyRequest<{ Body: AsyncIterable<Buffer> | undefined }>) {
  const limit = request.routeOptions.bodyLimit ?? 0;
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.length;
    if (size > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    yield part;
  }
}
