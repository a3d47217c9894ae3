import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Viewer } from '../domain/viewer.ts';
import { type Verified, verifyToken } from '../timeline/tokens.ts';

/** What a token may see. */
export type ViewerOfToken = (token: { readonly admin: boolean }) => Viewer;

/** Null when the request was answered already: 401 without a valid token, 403 with one for something else. */
export async function authorised(
  db: Kysely<Schema>,
  request: FastifyRequest,
  reply: FastifyReply,
  scope: 'ingest' | 'read',
): Promise<Extract<Verified, { outcome: 'verified' }> | null> {
  const given = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  const verified = given === undefined ? null : await verifyToken(db, given, scope);
  if (verified?.outcome === 'verified') return verified;
  if (verified?.outcome === 'wrong-scope') {
    await reply.code(403).send({
      error: `This token may not ${scope === 'read' ? 'read' : 'write'}: it lacks the scope ${scope}.`,
    });
    return null;
  }
  await reply
    .code(401)
    .header('www-authenticate', 'Bearer')
    .send({ error: 'Send a valid token: Authorization: Bearer <token>. `sincewhen token create` makes one.' });
  return null;
}
