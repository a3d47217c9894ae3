import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from './database.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-ledger-'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function ledger(...args: readonly string[]) {
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url };
    const child = execFile(process.execPath, [cli, 'ledger', ...args], { cwd: folder, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('sincewhen ledger', () => {
  it('seals, shows the head, and ends with 1 and a list when a row was altered', async () => {
    await sql`insert into events (occurred_at, key, recorded_at, delivery_id, source, event)
      select timestamptz '2026-11-20 14:00Z', 'event-' || n, timestamptz '2026-11-20 15:00Z', gen_random_uuid(), 'test', '{}'
      from generate_series(1, 3) n`.execute(database.db);
    // Others on the same server may hold it up for a moment.
    while (!(await ledger('seal')).stdout.startsWith('Sealed 3 rows'));
    const head = await ledger('head');
    const hash = head.stdout.trim();
    const intact = await ledger('verify', '--head', hash, '--from', '2026-11-20', '--json');

    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(intact.code).toBe(0);
    expect(JSON.parse(intact.stdout)).toMatchObject({ intact: true, events: 3, seals: 1, head: { hash } });

    await database.db.transaction().execute(async (trx) => {
      await sql`set local session_replication_role = replica`.execute(trx);
      await sql`update events set source = 'forged' where key = 'event-2'`.execute(trx);
    });
    const altered = await ledger('verify');
    expect(altered.code).toBe(1);
    expect(altered.stdout).toContain('ALTERED event event-2, 2026-11-20T14:00:00.000Z, seal 1');
    expect(altered.stderr).toContain('1 thing is not as it was sealed');
    expect((await ledger('verify', '--from', '2026-11-21')).code).toBe(0);
  });

  it.each([
    [['verify', '--from', 'yesterday'], '--from is a day such as 2026-11-20'],
    [['verify', '--from', '2026-11-21', '--to', '2026-11-20'], '--from is after --to'],
    [['verify', '--head', 'abc'], '--head is the 64 digits'],
    [['forge'], 'verify, head or seal'],
  ])('does not understand %j', async (args, reason) => {
    const ended = await ledger(...args);

    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(reason);
  });
});
