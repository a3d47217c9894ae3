import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sameOf } from '../src/parity/same.ts';
import { type TestService, startTestService } from './test-service.ts';

const cli = join(import.meta.dirname, '../src/cli/main.ts');
let server: Server;
let service: TestService;
let folder: string;
let settings: string;
let version = '1.41.3';
let health = 200;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/health') response.writeHead(health).end();
    else response.end(JSON.stringify({ build: { version } }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  settings = `
services:
  checkout:
    verify:
      health: ['${url}/health']
      version: { url: '${url}/version', json: $.build.version }
  search: {}
`;
  service = await startTestService({ settings });
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-verify-'));
  writeFileSync(join(folder, 'sincewhen.yml'), settings);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function post(change: object): Promise<void> {
  const response = await fetch(`${service.url}/api/changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.tokens.ingest}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Deployed', ...change }),
  });
  expect(response.status).toBe(202);
}

interface Shown {
  readonly title: string;
  readonly service: string;
  readonly status: string;
  readonly kind: string;
  readonly sources: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly risks: readonly { readonly name: string; readonly text: string }[];
}

async function deploysOf(name: string): Promise<readonly Shown[]> {
  const response = await fetch(`${service.url}/api/changes?since=1h&service=${name}`, {
    headers: { authorization: `Bearer ${service.tokens.read}` },
  });
  const { changes } = (await response.json()) as { changes: readonly Shown[] };
  return changes.filter(({ kind }) => kind === 'deploy');
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function verify(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: service.database.url,
      SINCEWHEN_CONFIG: join(folder, 'sincewhen.yml'),
    };
    const child = execFile(
      process.execPath,
      [cli, 'verify', ...args],
      { cwd: folder, env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
  });
}

async function jobs(): Promise<readonly { readonly payload: unknown; readonly run_at: Date }[]> {
  const { rows } = await sql<{ payload: unknown; run_at: Date }>`
    select private.payload, jobs.run_at from graphile_worker.jobs join graphile_worker._private_jobs as private using (id)
    where task_identifier = 'verify-deploy'
  `.execute(service.database.db);
  return rows;
}

describe('a deploy to production', () => {
  it('is looked at a minute later, and only there', async () => {
    const deploy = { kind: 'deploy', service: 'checkout', status: 'succeeded' };
    await post({ ...deploy, environment: 'staging', to: '1.42.0' });
    await post({ ...deploy, environment: 'production', to: '1.42.0', status: 'failed' });
    await post({ kind: 'deploy', service: 'search', status: 'succeeded', environment: 'production', to: '7.0' });
    expect(await jobs()).toEqual([]);
    await post({ ...deploy, environment: 'production', to: '1.42.0' });

    const [job, ...others] = await jobs();
    expect(others).toEqual([]);
    expect(job?.payload).toMatchObject({ changeId: expect.any(String) as string });
    expect((job?.run_at.getTime() ?? 0) - Date.now()).toBeGreaterThan(45_000);
  });

  it('that does not run says so, and says when it does', async () => {
    const first = await verify();
    expect(first.stdout).toContain('checkout 1.42.0: NOT verified: 1.41.3 answers, 1.42.0 was deployed');
    expect(first.stdout).toContain('search 7.0: not known: nothing has looked at it since');
    expect(first.stderr).toContain('1 of 2 is not as deployed');
    expect(first.code).toBe(1);
    const [wrong] = await deploysOf('checkout');
    expect(wrong?.risks).toContainEqual({
      name: 'not-verified',
      text: 'not verified: 1.41.3 answers, 1.42.0 was deployed',
    });
    expect(wrong).toMatchObject({ status: 'succeeded', sources: ['api'] });

    version = 'v1.42.0';
    health = 503;
    expect((await verify('prod', '--service', 'checkout')).stdout).toContain('/health answers 503');
    health = 200;
    const last = await verify('production', '--service', 'checkout', '--json');
    expect(JSON.parse(last.stdout)).toMatchObject([
      { service: 'checkout', outcome: 'verified', text: '1.42.0 is running, health ok' },
    ]);
    expect(last.code).toBe(0);
    const [right] = await deploysOf('checkout');
    expect(right?.risks.map(({ name }) => name)).not.toContain('not-verified');
    expect(right?.details).toMatchObject({ verification: 'verified: 1.42.0 is running, health ok' });
    // What was found touches the deploy and has it looked at no more often.
    expect(await jobs()).toHaveLength(1);
  });

  it('is compared with what collectors have seen since, and its settings too', async () => {
    const { db } = service.database;
    const at = new Date(Date.now() + 1000);
    await post({
      kind: 'config',
      service: 'search',
      environment: 'production',
      title: 'pool',
      after: { 'db.pool': 50 },
    });
    await post({ kind: 'deploy', service: 'search', status: 'succeeded', environment: 'production', to: '7.1' });
    await sql`
      insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete,
        not_seen, facts, changed, content)
      values ('production', 'kubernetes', '1', 1, ${at}, ${at}, true, '{}', 3, 3, sha256('a'))
    `.execute(db);
    const fact = async (facet: 'version' | 'config', key: string, value: string) =>
      sql`
        insert into facts (environment, collector, service, facet, key, value, same, valid_from)
        values ('production', 'kubernetes', 'search', ${facet}, ${key}, ${value},
          ${sameOf({ service: null, facet, key, value })}, ${at})
      `.execute(db);
    await fact('version', 'deployment/search/search:tag', '7.0');
    await fact('version', 'deployment/search/search:image', 'acme/search');
    await fact('version', 'deployment/search/proxy:tag', '1.30.1');
    await fact('config', 'app.yaml:db.pool', '10');

    expect((await verify('--service', 'search')).stdout).toContain(
      'search 7.1: NOT verified: 7.0 answers, 7.1 was deployed; db.pool is 10, 50 was set',
    );
    await sql`
      update facts set value = '7.1', same = ${sameOf({ service: null, facet: 'version', key: '', value: '7.1' })}
      where key = 'deployment/search/search:tag'
    `.execute(db);
    await sql`delete from facts where facet = 'config'`.execute(db);
    expect((await verify('--service', 'search')).stdout).toContain('search 7.1: verified: 7.1 is running');
  });

  it('in an environment that nobody knows is refused with what may be meant', async () => {
    const { code, stderr } = await verify('productoin');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('production?') as string });
  });
});
