import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sameOf } from '../src/parity/same.ts';
import { type TestService, startTestService } from './test-service.ts';

let service: TestService;
let folder: string;
const cli = join(import.meta.dirname, '../src/cli/main.ts');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-parity-'));
  service = await startTestService();
  const { db } = service.database;
  for (const environment of ['production', 'staging']) {
    for (const hours of [3, 2, 1]) {
      await sql`
        insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete,
          not_seen, facts, changed, content)
        select ${environment}, 'dotenv', '1', 1, taken, taken, true, '{}', 3, 0, sha256(taken::text::bytea)
        from (select now() - ${hours} * interval '1 hour' as taken) as times
      `.execute(db);
    }
    const timeout = environment === 'production' ? '30' : '5';
    for (const [key, value] of [
      ['SAME', 'x'],
      ['ALSO_SAME', 'y'],
      ['PAYMENT_TIMEOUT', timeout],
    ] as const) {
      const same = sameOf({ service: 'checkout', facet: 'env', key, value });
      await sql`
        insert into facts (environment, collector, service, facet, key, value, same, valid_from)
        values (${environment}, 'dotenv', 'checkout', 'env', ${key}, ${value}, ${same}, now() - interval '3 hours')
      `.execute(db);
    }
  }
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function get(query: string, token = service.tokens.read) {
  const response = await fetch(`${service.url}/api/parity${query}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

function parity(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data'), DATABASE_URL: service.database.url };
    const child = execFile(
      process.execPath,
      [cli, 'parity', ...args],
      { cwd: folder, env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
  });
}

describe('GET /api/parity', () => {
  it.each(['', '?reference=prod&mirror=STG', '?service=Checkout'])(
    '%s says what differs, how alike they are and what was seen',
    async (query) => {
      const { status, body } = await get(query);

      expect(status).toBe(200);
      expect(body).toMatchObject({
        reference: 'production',
        mirror: 'staging',
        score: 66.7,
        coverage: 100,
        facts: 3,
        equal: 2,
        differences: [
          {
            service: 'checkout',
            facet: 'env',
            key: 'PAYMENT_TIMEOUT',
            verdict: 'unexplained',
            reference: { value: '30' },
            mirror: { value: '5' },
            cause: null,
          },
        ],
        collectors: [
          { collector: 'dotenv', stale: false },
          { collector: 'dotenv', stale: false },
        ],
      });
    },
  );

  it('of another service finds nothing', async () => {
    const { body } = await get('?service=ledger');

    expect(body).toMatchObject({ score: null, facts: 0, differences: [] });
  });

  it.each([
    ['?reference=mars', 404, /no environment mars: there are production, staging/],
    ['?reference=staging', 400, /is like itself/],
    ['?service=%00', 400, /service/],
    ['?reference=production&reference=staging', 400, /reference/],
  ])('%s is refused', async (query, status, error) => {
    const answer = await get(query);

    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(error);
  });

  it('wants a token that may read', async () => {
    expect((await get('', service.tokens.ingest)).status).toBe(403);
    expect((await get('', 'nonsense')).status).toBe(401);
  });
});

describe('sincewhen parity', () => {
  it('prints one screen', async () => {
    const { code, stdout, stderr } = await parity('prod', 'vs', 'staging');

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('Parity 66.7 % of 100 % covered: production and staging (3 facts)');
    expect(stdout).toMatch(/unexplained +checkout +env PAYMENT_TIMEOUT +30 +5/);
    expect(stdout).toContain('2 equal · 1 unexplained');
    expect(stdout).toContain('Seen: production dotenv 1 h ago · staging dotenv 1 h ago');
  });

  it('tells programs what the API does', async () => {
    const { stdout } = await parity('--json');

    expect(JSON.parse(stdout)).toMatchObject({ score: 66.7, differences: [{ key: 'PAYMENT_TIMEOUT' }] });
  });

  it.each([
    [['prod', 'vs', 'stagin'], 1, /no environment stagin: there are production, staging\. Did you mean staging\?/],
    [['prod'], 2, /name two environments/],
  ])('%j is refused', async (args, expected, error) => {
    const { code, stderr } = await parity(...args);

    expect(code).toBe(expected);
    expect(stderr).toMatch(error);
  });
});
