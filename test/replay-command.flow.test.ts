import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { createIngest } from '../src/ingest/ingest.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { api } from '../src/sources/generic-change.ts';
import { github } from '../src/sources/github.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { openSource } from '../src/sources/reading/open.ts';
import type { SourceDefinition } from '../src/sources/reading/source.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const settings = `
environments: { production: , staging: }
parity: [{ reference: production, mirror: staging }]
services:
  checkout: { repository: acme/checkout, branches: { production: release, staging: main } }
`;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-replay-'));
  writeFileSync(join(folder, 'sincewhen.yml'), settings);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

function replay(...args: readonly string[]) {
  const root = join(import.meta.dirname, '..');
  return spawnSync(join(root, 'node_modules', '.bin', 'node'), [join(root, 'src/cli/main.ts'), 'replay', ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
  });
}

/** As a service of before took it, which did nothing with it. */
async function take(
  definition: SourceDefinition,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const read = readSettings(settings);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const catalog = catalogOf(read.settings);
  const now = () => new Date();
  const ingest = createIngest({ db: database.db, catalog, now, react: () => Promise.resolve() });
  const source = openSource(definition, { secrets: ['secret'], catalog, conceal: concealWith('key') });
  await ingest.ingest(source, { headers, body: Buffer.from(JSON.stringify(body)), receivedAt: now() });
  await ingest.idle();
}

function push(branch: string, commit: string) {
  const when = '2026-09-01T10:00:00Z';
  const head = { id: commit, message: 'Pushed', timestamp: when, url: 'https://github.com/x', author: { name: 'Ada' } };
  const repository = {
    full_name: 'acme/checkout',
    default_branch: 'main',
    html_url: 'https://github.com/acme/checkout',
  };
  const body = {
    ref: `refs/heads/${branch}`,
    before: 'f'.repeat(40),
    after: commit,
    created: false,
    deleted: false,
    forced: false,
    compare: 'https://github.com/acme/checkout/compare/f...a',
    repository,
    pusher: { name: 'ada' },
    sender: { login: 'ada' },
    head_commit: head,
    commits: [{ ...head, added: [], removed: [], modified: [] }],
  };
  return take(github, body, { 'x-github-event': 'push', 'x-github-delivery': commit.slice(0, 8) });
}

it('what is read again is looked at for backports, as what comes is', async () => {
  const commit = 'a'.repeat(40);
  await push('release', commit);
  await push('main', 'b'.repeat(40));
  await push('production', 'c'.repeat(40));
  const deploy = { kind: 'deploy', title: 'v2', environment: 'production', status: 'succeeded' };
  await take(api, { ...deploy, service: 'checkout', repository: 'acme/checkout', commit });
  await take(api, { kind: 'flag', title: 'new-checkout: turned on', environment: 'production', after: { on: true } });
  const replayed = replay('--from', '1h', '--json');

  expect(JSON.parse(replayed.stdout)).toMatchObject({ deliveries: 5, failed: [] });
  const { rows } = await sql<{ key: string }>`
    select key from graphile_worker._private_jobs where key is not null order by key
  `.execute(database.db);
  expect(rows.map(({ key }) => key.replace(/\d+$/, 'n'))).toEqual([
    'open-backports:n',
    'open-backports:n',
    'open-backports:n',
    'open-fact-backports:["production","staging"]',
    'relate-deploy:n',
  ]);
});
