import { sql } from 'kysely';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealRecord } from '../src/ledger/seal.ts';
import { verifyRecord } from '../src/ledger/verify.ts';
import { keepOverride } from '../src/timeline/overrides.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestService, startTestService } from './test-service.ts';

/** Overrides on their way into the record: the list of decisions, the ledger and the export. */
const settings = `
environments: { production: {} }
services: { checkout: {}, payroll: { restricted: true, aliases: [pay-api] } }
people: [{ name: grace, slack: U0GRACE }]
freezes: [{ name: black-friday, from: 2026-11-26T00:00Z, to: 2026-12-01T00:00Z, environments: [production] }]
`;
const now = new Date('2026-11-27T12:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ settings, now: () => now });
});
afterAll(() => service.stop());

function post(path: string, body: object, token = service.tokens.ingest): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${service.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const beforehand = (more: object, token?: string) =>
  post(
    '/api/gate/overrides',
    { service: 'checkout', environment: 'production', version: 'v1.42.0', reason: 'hotfix for INC-42', ...more },
    token,
  );

async function deployed(version: string, at: Date): Promise<string> {
  const response = await post('/api/changes', {
    kind: 'deploy',
    environment: 'production',
    service: 'checkout',
    title: `Deploy checkout ${version}`,
    to: version,
    status: 'succeeded',
    occurred_at: at.toISOString(),
  });
  expect(response.status).toBe(202);
  const { changes } = (await response.json()) as { changes: string[] };
  return String(changes[0]);
}

function exported(...args: readonly string[]): Promise<string> {
  const cli = join(import.meta.dirname, '../src/cli/main.ts');
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: service.database.url };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [cli, 'export', ...args], { cwd: tmpdir(), env }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

interface Exported {
  readonly id: string;
  readonly decisions: readonly object[];
}

const decisions = () =>
  service.database.db.selectFrom('decisions').selectAll().where('kind', '=', 'override').orderBy('id').execute();

it('are decisions with actor and reason, on the change that they are of, whenever they were said', async () => {
  const { db } = service.database;
  expect((await beforehand({ by: 'grace' })).status).toBe(201);
  expect((await beforehand({ version: 'v1.43.0', reason: 'rollout of the sale' })).status).toBe(201);
  const meant = await deployed('1.42.0', minutes(10));
  const [byToken, late, afterwards] = [
    await deployed('1.43.0', minutes(20)),
    await deployed('1.42.0', minutes(300)),
    await deployed('1.44.0', minutes(30)),
  ];
  await keepOverride(db, {
    change_id: afterwards,
    rule: 'freeze',
    freeze_name: 'black-friday',
    service: 'checkout',
    environment: 'production',
    version: '1.44.0',
    commit: null,
    reason: 'the shop was down',
    said_by: 'U0ADA',
    said_name: 'Ada',
    said_at: minutes(40),
    valid_until: null,
    token: null,
  });

  expect(await decisions()).toMatchObject([
    {
      actor: 'U0GRACE',
      about: 'deploy of checkout v1.42.0 to production',
      reason: 'hotfix for INC-42',
      details: { version: 'v1.42.0', token: 'ingest' },
    },
    { actor: 'api:ingest', about: 'deploy of checkout v1.43.0 to production', reason: 'rollout of the sale' },
    {
      actor: 'U0ADA',
      about: `change ${afterwards}`,
      reason: 'the shop was down',
      details: { change: Number(afterwards) },
    },
  ]);
  expect((await decisions()).at(-1)?.details).not.toHaveProperty('token');
  const changes = JSON.parse(await exported('--format', 'json')) as readonly Exported[];
  expect(Object.fromEntries(changes.map(({ id, decisions }) => [id, decisions]))).toEqual({
    [meant]: [expect.objectContaining({ kind: 'override', actor: 'U0GRACE', reason: 'hotfix for INC-42' })],
    [byToken]: [expect.objectContaining({ kind: 'override', actor: 'api:ingest', reason: 'rollout of the sale' })],
    [afterwards]: [expect.objectContaining({ kind: 'override', actor: 'U0ADA', reason: 'the shop was down' })],
    [late]: [],
  });
  expect(await exported()).toContain('override by U0GRACE at 2026-11-27T12:00:00.000Z: hotfix for INC-42');
}, 60_000);

it('are sealed, and one that somebody altered is named', async () => {
  const { db } = service.database;
  const all = { days: { from: null, to: null }, head: null };
  const [first] = await decisions();
  // Others on the same server may hold it up for a moment.
  const audited = (await db.selectFrom('audit_events').select('id').execute()).length;
  while ((await verifyRecord(db, all)).decisions < audited) await sealRecord(db, () => now);
  expect((await verifyRecord(db, all)).findings).toEqual([]);

  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`update audit_events set reason = 'was allowed' where id = ${first?.id ?? ''}`.execute(trx);
  });

  expect((await verifyRecord(db, all)).findings).toMatchObject([
    { finding: 'altered', what: 'decision', key: first?.id },
  ]);
});

it('of a restricted service are taken from who may see it only', async () => {
  const { db } = service.database;
  const { token } = await createToken(db, { name: 'root', scopes: ['ingest', 'admin'], now });
  const known = (await decisions()).length;
  const refused = await Promise.all([beforehand({ service: 'payroll' }), beforehand({ service: 'Pay_API' })]);

  expect(refused.map(({ status }) => status)).toEqual([403, 403]);
  expect(await Promise.all(refused.map((response) => response.text()))).toEqual([
    expect.not.stringMatching(/payroll/),
    expect.not.stringMatching(/payroll/),
  ]);
  expect(await decisions()).toHaveLength(known);
  expect((await beforehand({ service: 'payroll' }, token)).status).toBe(201);
});
