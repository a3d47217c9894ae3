import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import { createToken, listTokens, revokeToken, verifyToken } from './tokens.ts';

const now = new Date('2026-11-20T12:00:00Z');
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

describe('tokens', () => {
  it('is 256 random bits and kept only as its hash', async () => {
    const { id, token } = await createToken(database.db, { name: 'ci', scopes: ['ingest'], now });

    expect(token).toMatch(/^swn_[A-Za-z0-9_-]{43}$/);
    const row = await database.db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row.hash).toHaveLength(32);
    expect(JSON.stringify({ ...row, hash: row.hash.toString('latin1') })).not.toContain(token.slice(4));
  });

  it.each([
    ['ingest', 'ingest', 'verified'],
    ['ingest', 'read', 'wrong-scope'],
    ['ingest', 'admin', 'wrong-scope'],
    ['read', 'read', 'verified'],
    ['read', 'ingest', 'wrong-scope'],
    ['admin', 'read', 'verified'],
    ['admin', 'ingest', 'verified'],
    ['admin', 'admin', 'verified'],
  ] as const)('with scope %s may %s: %s', async (granted, wanted, outcome) => {
    const { token } = await createToken(database.db, { name: granted, scopes: [granted], now });

    expect(await verifyToken(database.db, token, wanted)).toMatchObject({ outcome });
  });

  it('may have several scopes', async () => {
    const { id, token } = await createToken(database.db, { name: 'both', scopes: ['ingest', 'read', 'read'], now });

    expect(await verifyToken(database.db, token, 'read')).toMatchObject({ outcome: 'verified', id, admin: false });
    expect(await verifyToken(database.db, token, 'ingest')).toMatchObject({ outcome: 'verified', id, admin: false });
  });

  it('is not verified when it is no token of ours', async () => {
    const { token } = await createToken(database.db, { name: 'other', scopes: ['read'], now });
    const others = [
      '',
      'swn_',
      token.slice(0, -1),
      `${token}x`,
      `${token} `,
      token.toUpperCase(),
      `swn_${'a'.repeat(43)}`,
    ];

    for (const other of others) {
      expect(await verifyToken(database.db, other, 'read')).toEqual({ outcome: 'unknown' });
    }
  });

  it('is not verified once it is revoked', async () => {
    const { id, token } = await createToken(database.db, { name: 'gone', scopes: ['read'], now });

    const revoked = [await revokeToken(database.db, id, now), await revokeToken(database.db, id, now)];

    expect(revoked).toEqual([true, false]);
    expect(await verifyToken(database.db, token, 'read')).toEqual({ outcome: 'unknown' });
    expect((await listTokens(database.db)).find((each) => each.id === id)).toEqual({
      id,
      name: 'gone',
      scopes: ['read'],
      createdAt: now,
      revokedAt: now,
    });
  });
});
