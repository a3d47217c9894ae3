import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';

export const scopes = ['ingest', 'read', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

const form = /^swn_[\w-]{43}$/;

/** The token is shown here once: only its SHA-256 is kept. */
export async function createToken(
  db: Kysely<Schema>,
  { name, scopes: granted, now }: { readonly name: string; readonly scopes: readonly Scope[]; readonly now: Date },
): Promise<{ readonly id: string; readonly token: string }> {
  const token = `swn_${randomBytes(32).toString('base64url')}`;
  const { id } = await db
    .insertInto('tokens')
    .values({ name, hash: hashOf(token), scopes: [...new Set(granted)], created_at: now, revoked_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, token };
}

export type Verified =
  /** `admin`: may do and see everything. */
  | { readonly outcome: 'verified'; readonly id: string; readonly name: string; readonly admin: boolean }
  | { readonly outcome: 'wrong-scope' }
  | { readonly outcome: 'unknown' };

/**
 * Whether this text is a token in force that may do this; `admin` may do everything. Looked up by its hash, so the time
 * it takes says nothing about tokens that are close.
 */
export async function verifyToken(db: Kysely<Schema>, token: string, scope: Scope): Promise<Verified> {
  if (!form.test(token)) return { outcome: 'unknown' };
  const row = await db
    .selectFrom('tokens')
    .select(['id', 'name', 'scopes'])
    .where('hash', '=', hashOf(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return { outcome: 'unknown' };
  const admin = row.scopes.includes('admin');
  if (!admin && !row.scopes.includes(scope)) return { outcome: 'wrong-scope' };
  return { outcome: 'verified', id: row.id, name: row.name, admin };
}

/** False when no such token is in force. */
export async function revokeToken(db: Kysely<Schema>, id: string, now: Date): Promise<boolean> {
  const revoked = await db
    .updateTable('tokens')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return revoked.numUpdatedRows > 0n;
}

/** Oldest first, revoked ones too. */
export async function listTokens(db: Kysely<Schema>): Promise<readonly Token[]> {
  const rows = await db
    .selectFrom('tokens')
    .select(['id', 'name', 'scopes', 'created_at', 'revoked_at'])
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }));
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
