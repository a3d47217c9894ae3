import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { problemsOf } from '../sources/generic-change.ts';

/** The body as JSON of this shape, or what is wrong with it. */
export function bodyOf<Given>(
  request: FastifyRequest,
  schema: z.ZodType<Given>,
): { readonly given: Given } | { readonly error: string } {
  const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { error: 'The body is not JSON.' };
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? { given: parsed.data } : { error: problemsOf(parsed.error) };
}
