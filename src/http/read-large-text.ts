import { errorCodes } from 'fastify';
import type { FastifyRequest } from 'fastify';
import { textOf } from '../sources/reading/json.ts';

/**
 * The text of a large body; null when it is not UTF-8. Rejects as the usual way of reading does. Where its length is
 * told, its bytes are gathered in one place that is given back at once: in parts that are put together they take twice as
 * much, until the next collection of garbage, and leave holes in memory.
 */
export async function readLargeText(request: FastifyRequest, payload: AsyncIterable<Buffer>): Promise<string | null> {
  const limit = request.routeOptions.bodyLimit ?? 0;
  const told = request.headers['content-length'];
  const length = told === undefined ? null : Number(told);
  if (length !== null && length > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
  if (length === null) return textOf(Buffer.concat(await parts(payload, limit))) ?? null;
  const bytes = new Uint8Array(length);
  let size = 0;
  for await (const part of payload) {
    if (size + part.length > length) throw new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH();
    bytes.set(part, size);
    size += part.length;
  }
  if (size !== length) throw new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH();
  const text = textOf(Buffer.from(bytes.buffer));
  bytes.buffer.transfer(0);
  return text ?? null;
}

async function parts(payload: AsyncIterable<Buffer>, limit: number): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  let size = 0;
  for await (const part of payload) {
    size += part.length;
    if (size > limit) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    all.push(part);
  }
  return all;
}
