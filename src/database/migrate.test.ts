import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { pino } from 'pino';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { openDatabase } from './pool.ts';

describe('migrate', () => {
  let test: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    test = await createTestDatabase({ migrated: false });
    folder = mkdtempSync(join(inject('temporaryFolder'), 'migrations-'));
    writeFileSync(join(folder, '0001-first.sql'), 'create table first (id int); select pg_sleep(0.1);');
    writeFileSync(join(folder, '0002-second.sql'), 'alter table first add column name text;');
    writeFileSync(join(folder, 'notes.txt'), 'not a migration');
  });
  afterEach(async () => {
    await test.close();
    rmSync(folder, { recursive: true });
  });

  it('applies the project’s own migrations once', async () => {
    const pending = await pendingMigrations(test.db);

    const first = await migrate(test.db);
    const second = await migrate(test.db);

    expect(first.applied).toEqual(pending);
    expect(first.applied).toContain('0001-timeline.sql');
    expect(second.applied).toEqual([]);
    expect(await pendingMigrations(test.db)).toEqual([]);
  });

  it('applies each once when several processes start together', async () => {
    const other = await openDatabase({
      url: test.url,
      dataDir: '',
      size: 2,
      log: pino({ enabled: false }),
    });

    const runs = await Promise.all([test.db, other.db, test.db].map((db) => migrate(db, folder)));
    await other.stop();

    expect(runs.map((run) => run.applied.length).toSorted((a, b) => a - b)).toEqual([0, 0, 2]);
  });

  it('applies what is new to a database that has the rest', async () => {
    await migrate(test.db, folder);
    writeFileSync(join(folder, '0003-third.sql'), 'create table third (id int);');

    const pending = await pendingMigrations(test.db, folder);
    const { applied } = await migrate(test.db, folder);

    expect(pending).toEqual(['0003-third.sql']);
    expect(applied).toEqual(['0003-third.sql']);
  });

  it('names the file that fails and leaves the database as it was', async () => {
    writeFileSync(join(folder, '0003-third.sql'), 'create table third (id nonsense);');

    await expect(migrate(test.db, folder)).rejects.toThrow(/0003-third\.sql failed.*nonsense/);

    expect(await pendingMigrations(test.db, folder)).toHaveLength(3);
  });

  it('refuses a database that a newer version has used', async () => {
    await migrate(test.db, folder);
    rmSync(join(folder, '0002-second.sql'));

    await expect(migrate(test.db, folder)).rejects.toThrow(/0002-second\.sql.*newer version/);
    await expect(pendingMigrations(test.db, folder)).rejects.toThrow(/newer version/);
  });
});
