import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';
import { openDatabase } from '../src/database/pool.ts';
import { TEMPLATE, withDatabase } from './database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A connection string of the test run's own PostgreSQL, as its superuser. */
    databaseServer: string;
    /** Goes with that server, also when the run is killed: for files of tests that start processes. */
    temporaryFolder: string;
  }
}

/**
 * One private PostgreSQL for the whole run, whatever DATABASE_URL says, with a migrated template. It ends with this
 * process however that ends, and takes its files with it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sincewhen-test-'));
  const log = pino({ level: 'warn' }, pino.destination(2));
  const server = await startEmbedded({ dataDir: folder, log, temporary: true }).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  async function teardown(): Promise<void> {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  const admin = await openDatabase({ url: server.url, dataDir: folder, size: 1, log });
  await admin.pool.query(`create database ${TEMPLATE}`);
  await admin.stop();
  const template = await openDatabase({
    url: withDatabase(server.url, TEMPLATE),
    dataDir: folder,
    size: 1,
    log,
  });
  await migrate(template.db);
  await template.stop();
  project.provide('databaseServer', server.url);
  project.provide('temporaryFolder', folder);

  return teardown;
}
