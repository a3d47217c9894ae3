import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Signal } from '../src/domain/signal.ts';
import { findAlerts } from '../src/timeline/find-alerts.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
const now = new Date('2026-11-20T15:00:00.000Z');
let database: TestDatabase;

function signal(subject: string, startedAt: string, fields: Partial<Signal> = {}): Signal {
  const state = fields.state ?? 'open';
  const occurredAt = `2026-11-${fields.occurredAt ?? startedAt}:00.000Z`;
  return {
    key: `pagerduty:${subject}:${state}`,
    source: 'pagerduty',
    subject,
    clock: 'source',
    title: subject,
    environmentName: 'prod',
    serviceName: 'checkout',
    ...fields,
    state,
    occurredAt,
    startedAt: `2026-11-${startedAt}:00.000Z`,
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  const signals = [
    signal('open', '20T14:00'),
    signal('over before', '20T09:00'),
    signal('over before', '20T09:00', { state: 'resolved', occurredAt: '20T10:00' }),
    signal('over within', '20T09:00'),
    signal('over within', '20T09:00', { state: 'resolved', occurredAt: '20T14:30' }),
    signal('later', '20T15:30'),
    signal('forgotten', '10T09:00'),
    signal('in staging', '20T14:01', { environmentName: 'staging' }),
    signal('of the ledger', '20T14:02', { serviceName: 'ledger' }),
    { ...signal('of nobody knows what', '20T14:03'), serviceName: '', environmentName: '' },
  ];
  const delivery = { replayed: '00000000-0000-7000-8000-000000000001' };
  await database.db.transaction().execute((trx) => record(trx, [{ delivery, events: [], signals }], { catalog, now }));
});
afterAll(() => database.close());

const span = { from: new Date('2026-11-20T13:00:00Z'), to: now, open: true };

it.each([
  [null, [], ['of nobody knows what', 'of the ledger', 'in staging', 'open', 'over within']],
  ['production', [], ['of nobody knows what', 'of the ledger', 'open', 'over within']],
  ['production', ['checkout'], ['of nobody knows what', 'open', 'over within']],
  ['staging', ['checkout'], ['of nobody knows what', 'in staging']],
])('in %s of %j the alerts open in the time asked about are found', async (environment, services, expected) => {
  const found = await findAlerts(database.db, span, { environment, services, hidden: [] }, catalog);

  expect(found.map(({ title }) => title)).toEqual(expected);
});
