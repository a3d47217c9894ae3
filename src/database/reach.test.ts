import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type TestDatabase, createTestDatabase, withDatabase } from '../../test/database.ts';
import { type Database, openDatabase } from './pool.ts';
import { reachDatabase } from './reach.ts';

const silent = pino({ enabled: false });
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(async () => {
  await test.close();
});

function at(url: string): Promise<Database> {
  return openDatabase({ url, dataDir: '', size: 1, log: silent });
}

describe('reachDatabase', () => {
  it('resolves when the database answers', async () => {
    await expect(reachDatabase(test.db, { patience: 0, log: silent })).resolves.toBeUndefined();
  });

  it('asks again for as long as it may, says so, and then gives up', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    await using down = await at('postgres://ada:hush@127.0.0.1:1/nowhere');

    await expect(reachDatabase(down.db, { patience: 300, log })).rejects.toThrow(
      'The database cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Is DATABASE_URL right?',
    );

    expect(lines.length).toBeGreaterThanOrEqual(1);
    expect(lines.join('')).toContain('not up yet');
    expect(lines.join('')).not.toContain('hush');
  });

  it('does not ask again when the database refuses', async () => {
    await using refusing = await at(withDatabase(inject('databaseServer'), 'nowhere'));

    await expect(reachDatabase(refusing.db, { patience: 60_000, log: silent })).rejects.toThrow(
      'The database refuses us: database "nowhere" does not exist.',
    );
  });

  it('stops asking when it is told to', async () => {
    await using down = await at('postgres://ada@127.0.0.1:1/nowhere');
    const signal = AbortSignal.abort();

    await expect(reachDatabase(down.db, { patience: 60_000, log: silent, signal })).rejects.toThrow('aborted');
  });
});
