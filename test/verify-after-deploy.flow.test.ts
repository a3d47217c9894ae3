import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pino } from 'pino';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import type { VerificationReport } from '../src/domain/verification.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import type { EndpointAnswer } from '../src/parity/ask-endpoint.ts';
import { verifyAfterDeploy } from '../src/parity/verify-deploy.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const catalog: Catalog = { environments: new Map([['production', 'production']]), services: [], configPaths: [] };
let database: TestDatabase;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());

async function deployed(service: string, to: string, minute: number): Promise<string> {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: new Date(Date.UTC(2026, 10, 20, 16, minute)).toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    serviceName: service,
    environmentName: 'production',
    to,
  };
  const event = { statement, identities: [{ type: 'deployment', value: `${count}` }], mentions: [] };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const { touched } = await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: new Date() }));
  return touched[0]?.id ?? '';
}

async function waiting(): Promise<readonly Date[]> {
  const { rows } = await sql<{ run_at: Date }>`select run_at from graphile_worker.jobs`.execute(database.db);
  return rows.map((row) => row.run_at);
}

async function look(changeId: string, minute: number, answer: EndpointAnswer | null) {
  const told: VerificationReport[] = [];
  await verifyAfterDeploy(
    {
      db: database.db,
      catalog,
      endpoints: () => (answer === null ? null : { health: [], versions: [{ url: 'https://a.example', json: null }] }),
      ask: () => Promise.resolve(answer ?? { outcome: 'problem', problem: '' }),
      tell: (report) => Promise.resolve(void told.push(report)),
      now: () => new Date(Date.UTC(2026, 10, 20, 16, minute)),
    },
    { changeId, until: '2026-11-20T16:11:00.000Z' },
  );
  return told;
}

it('looks again every minute until the deploy answers, and says what is wrong only at the end', async () => {
  const id = await deployed('checkout', '1.42.0', 0);

  expect(await look(id, 1, { outcome: 'problem', problem: 'answers 503' })).toEqual([]);
  expect(await look(id, 2, { outcome: 'answered', text: '1.41.3' })).toEqual([]);
  expect(await waiting()).toEqual([new Date('2026-11-20T16:03:00Z')]);
  expect(await look(id, 3, { outcome: 'answered', text: '1.42.0' })).toEqual([
    {
      identities: [{ type: 'deployment', value: '1' }],
      at: '2026-11-20T16:03:00.000Z',
      verified: true,
      text: '1.42.0 is running',
    },
  ]);
  expect(await look(id, 11, { outcome: 'answered', text: '1.41.3' })).toMatchObject([
    { verified: false, text: '1.41.3 answers, 1.42.0 was deployed' },
  ]);
  expect(await waiting()).toHaveLength(1);
});

it('says nothing where nothing can tell, nor of a deploy that another has followed', async () => {
  const id = await deployed('search', '7.0', 0);
  expect(await look(id, 11, null)).toEqual([]);
  const next = await deployed('search', '7.1', 5);
  expect(await look(id, 11, { outcome: 'answered', text: '7.1' })).toEqual([]);
  expect(await look(next, 11, { outcome: 'answered', text: '7.1' })).toHaveLength(1);
});
