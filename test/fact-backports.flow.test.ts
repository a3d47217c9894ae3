import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { settleFactBackports } from '../src/backports/facts/settle.ts';
import { listBackports } from '../src/backports/list.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { backportJson } from '../src/domain/backports/json.ts';
import type { Fact, FactValue } from '../src/domain/facts/fact.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { comparison } from '../src/start/comparison.ts';
import { factBackportHandler } from '../src/start/fact-backports.ts';
import { createTestDatabase, emptyTables, type TestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';
import { at, env, snapshotStore, variables } from './snapshots.ts';

const yaml = `
environments: { production: {}, staging: {} }
services: { checkout: {}, search: {} }
parity: [{ reference: production, mirror: staging }]
ignore: [{ facet: env, key: 'BUILD_*' }]
intended: [{ facet: env, key: 'DATABASE_URL', must: differ, reason: separate databases }, { facet: env, key: 'REPLICAS', reason: staging is small }]
`;

let database: TestDatabase;
let store: ReturnType<typeof snapshotStore>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  store = snapshotStore(database, { settings: yaml });
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'backports, backport_facts, backport_fact_looks, incidents');
  await store.clear();
});

/** Beside what a test is about, so that nothing looks like a lost permission. */
const others = variables(5, 'x', 'OTHER_');

function see(minute: number, environment: string, facts: readonly Fact[], more = {}) {
  return store.store(minute, [...facts, ...others], { environment, ...more });
}

function configured() {
  const read = readSettings(yaml);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  return { settings: read.settings, catalog: catalogOf(read.settings) };
}

/** As the job does, at this minute. */
async function look(minute: number): Promise<void> {
  const configuration = configured();
  const handle = factBackportHandler({ db: database.db, configuration, git: null, now: () => at(minute) });
  await handle({ pair: { reference: 'production', mirror: 'staging' } }, new AbortController().signal);
}

async function list() {
  return (await listBackports(database.db, { limit: 100 })).map(backportJson);
}

/** Both environments have this, and it has been looked at. */
async function begin(...facts: readonly Fact[]): Promise<void> {
  await see(0, 'production', facts);
  await see(0, 'staging', facts);
  await look(1);
}

/** Somebody changes variables of checkout in an environment, and its next snapshot shows it. */
async function change(
  minute: number,
  values: Readonly<Record<string, FactValue>>,
  { environment = 'production', kind = 'config', ...more }: Readonly<Record<string, string>> = {},
): Promise<void> {
  await store.tell({
    kind,
    environment,
    title: `Set ${Object.keys(values).join(', ')}`,
    occurred_at: at(minute).toISOString(),
    after: values,
    actor: { name: 'ada' },
    ...more,
  });
  await see(
    minute + 1,
    environment,
    Object.entries(values).map(([key, value]) => env(key, value)),
  );
}

describe('a change of the configuration that production alone got', () => {
  it('opens one with who, what, why and the incident that was open', async () => {
    await begin(env('DB_POOL', '10'));
    const { id } = await insertIncident(database.db, { started_at: at(5) });
    await change(10, { DB_POOL: '50' });
    await look(12);
    expect(await list()).toMatchObject([
      {
        state: 'open',
        rule: 'config',
        service: 'checkout',
        title: 'Set DB_POOL',
        owner: 'ada',
        opened_at: at(10),
        why: 'was made in production alone, and staging has DB_POOL 10, not 50',
        imported: false,
        incident: `INC-${id}`,
        repository: null,
        commits: [],
        evidence: null,
        facts: [{ service: 'checkout', facet: 'env', key: 'DB_POOL', evidence: null }],
      },
    ]);
  });

  it('opens one also where each was looked at once before, one shortly after the other', async () => {
    await see(0, 'production', [env('DB_POOL', '10')]);
    await see(1, 'staging', [env('DB_POOL', '10')]);
    await look(2);
    await change(10, { DB_POOL: '50' });
    await look(12);
    expect(await list()).toMatchObject([{ state: 'open', imported: false }]);
  });

  it('is live when a snapshot of staging sees the same, with that snapshot as evidence', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await look(12);
    await look(20);
    expect(await list()).toMatchObject([{ state: 'open', landed_at: null }]);
    await change(30, { DB_POOL: '50' }, { environment: 'staging' });
    await look(32);
    const { id } = await database.db
      .selectFrom('snapshots')
      .select('id')
      .where('environment', '=', 'staging')
      .where('taken_at', '=', at(31))
      .executeTakeFirstOrThrow();
    expect(await list()).toMatchObject([
      {
        state: 'live',
        landed_at: at(32),
        live_at: at(32),
        evidence: { method: 'snapshot', by: 'dotenv', at: at(31), containment: null, snapshot: id },
      },
    ]);
  });

  it('lapses when production goes back, and nothing is proved by it', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await look(12);
    await change(20, { DB_POOL: '10' });
    await look(22);
    expect(await list()).toMatchObject([
      { state: 'lapsed', note: 'production has again what it had before', evidence: null, live_at: null },
    ]);
  });

  it('is one however many facts it altered, and is home when all of them are', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `POOL_SIZE_${index}`);
    const all = (value: string) => Object.fromEntries(keys.map((key) => [key, value]));
    await begin(...keys.map((key) => env(key, '1')));
    await change(10, all('2'));
    await look(12);
    expect(await list()).toMatchObject([{ fact_count: 30, why: expect.stringContaining('and 29 more facts') }]);
    await change(20, { ...all('2'), POOL_SIZE_7: '1' }, { environment: 'staging' });
    await look(22);
    const [half] = await list();
    expect(half).toMatchObject({ state: 'open', evidence: null });
    expect(half?.facts?.filter(({ evidence }) => evidence === null).map(({ key }) => key)).toEqual(['POOL_SIZE_7']);
    await change(30, all('2'), { environment: 'staging' });
    await look(32);
    expect(await list()).toMatchObject([{ state: 'live', evidence: { at: at(31) } }]);
  });

  it('is opened again when staging goes back to what it had', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await look(12);
    await change(20, { DB_POOL: '50' }, { environment: 'staging' });
    await look(22);
    await change(30, { DB_POOL: '10' }, { environment: 'staging' });
    await look(32);
    expect(await list()).toMatchObject([
      { state: 'open', note: 'staging had it and has it otherwise again', live_at: null, evidence: null },
    ]);
  });

  it('is not opened again when staging goes on, nor after 30 days', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await look(12);
    await change(20, { DB_POOL: '50' }, { environment: 'staging' });
    await look(22);
    await change(30, { DB_POOL: '80' }, { environment: 'staging' });
    await look(32);
    expect(await list()).toMatchObject([{ state: 'live' }]);
    const later = 31 * 24 * 60;
    await change(later, { DB_POOL: '10' }, { environment: 'staging' });
    await see(later, 'production', [env('DB_POOL', '50')]);
    await look(later + 2);
    expect(await list()).toMatchObject([{ state: 'live' }]);
  });

  it('tells of secrets nothing but that they are others', async () => {
    const key = (digest: string): Fact => env('API_KEY', { digest });
    await begin(key('one'));
    await store.tell({ kind: 'config', title: 'Rotate API_KEY', occurred_at: at(10).toISOString() });
    await see(11, 'production', [key('two')]);
    await look(12);
    expect(await list()).toMatchObject([{ why: 'was made in production alone, and staging has another API_KEY' }]);
    await see(20, 'staging', [key('two')]);
    await look(21);
    expect(await list()).toMatchObject([{ state: 'live' }]);
  });

  it('that took something away is home when staging has it no more', async () => {
    await begin(env('OLD_FLAG', '1'));
    await store.tell({
      kind: 'config',
      title: 'Remove OLD_FLAG',
      occurred_at: at(10).toISOString(),
      before: { OLD_FLAG: '1' },
    });
    await see(11, 'production', []);
    await look(12);
    expect(await list()).toMatchObject([{ state: 'open', why: expect.stringContaining('staging still has OLD_FLAG') }]);
    await see(20, 'staging', []);
    await look(21);
    expect(await list()).toMatchObject([{ state: 'live', evidence: { method: 'snapshot', at: at(20) } }]);
  });

  it('that is changed once more in production is awaited once, as it is then', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await look(12);
    await change(20, { DB_POOL: '80' });
    await look(22);
    await change(30, { DB_POOL: '50' }, { environment: 'staging' });
    await look(32);
    expect(await list()).toMatchObject([{ state: 'open' }]);
    await change(40, { DB_POOL: '80' }, { environment: 'staging' });
    await look(42);
    expect(await list()).toMatchObject([{ state: 'live' }]);
  });
});

describe('what is no backport', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['what the settings mean to differ', 'REPLICAS', {}],
    ['what must differ', 'DATABASE_URL', {}],
    ['what the settings ignore', 'BUILD_NUMBER', {}],
    ['what staging has and production will get', 'DB_POOL', { environment: 'staging' }],
    ['what a deploy brought: its commits say more', 'DB_POOL', { kind: 'deploy' }],
  ])('%s', async (_, key, how) => {
    await begin(env(key, '10'));
    await change(10, { [key]: '50' }, how);
    await look(12);
    expect(await list()).toEqual([]);
  });

  it.each(['data', 'health', 'version'] as const)('a fact of %s', async (facet) => {
    const fact = (value: string): Fact => ({ service: 'checkout', facet, key: 'DB_POOL', value });
    await begin(fact('10'));
    await store.tell({ kind: 'config', title: 'Set it', occurred_at: at(10).toISOString(), after: { DB_POOL: '50' } });
    await see(11, 'production', [fact('50')]);
    await look(12);
    expect(await list()).toEqual([]);
  });

  it('what both changed, each to its own', async () => {
    await begin(env('DB_POOL', '10'));
    await change(10, { DB_POOL: '50' });
    await change(12, { DB_POOL: '20' }, { environment: 'staging' });
    await look(14);
    expect(await list()).toEqual([]);
  });
});

it('one that people accept afterwards lapses, and is open again when that ends', async () => {
  await begin(env('DB_POOL', '10'));
  await change(10, { DB_POOL: '50' });
  await look(12);
  await database.db
    .insertInto('acceptances')
    .values({
      reference: 'production',
      mirror: 'staging',
      facet: 'env',
      key: 'DB_POOL',
      reason: 'staging is small',
      impact: '',
      expires: sql`'2026-11-20'::date`,
      accepted_by: 'ada',
      accepted_at: at(13),
      needs_second: false,
    } as never)
    .execute();
  await look(14);
  expect(await list()).toMatchObject([{ state: 'lapsed', note: 'the difference is meant: staging is small' }]);
  await emptyTables(database.db, 'acceptances');
  await look(15);
  expect(await list()).toMatchObject([{ state: 'open', note: 'what allowed the difference holds no longer' }]);
});

it.each([
  ['infrastructure', 'infrastructure'],
  ['maintenance', 'manual'],
])('a change of %s in production alone opens one by the rule %s', async (kind, rule) => {
  await begin(env('DB_POOL', '10'));
  await change(10, { DB_POOL: '50' }, { kind });
  await look(12);
  expect(await list()).toMatchObject([{ state: 'open', rule, owner: 'ada' }]);
});

it('drift of production opens one when it has been told, and lapses with it', async () => {
  await begin(env('DB_POOL', '10'));
  await see(10, 'production', [env('DB_POOL', '50')]);
  await look(11);
  expect(await list()).toEqual([]);
  await see(20, 'production', [env('DB_POOL', '50')]);
  await store.settle(21);
  await look(22);
  expect(await list()).toMatchObject([
    {
      state: 'open',
      rule: 'drift',
      title: 'checkout: DB_POOL 10 → 50',
      why: 'is in production with no change that explains it, and staging has DB_POOL 10, not 50',
    },
  ]);
  await see(30, 'production', [env('DB_POOL', '10')]);
  await look(31);
  expect(await list()).toMatchObject([{ state: 'lapsed' }]);
});

it('while a collector is silent nothing is concluded', async () => {
  await begin(env('DB_POOL', '10'));
  await change(10, { DB_POOL: '50' });
  await look(12);
  await see(20, 'staging', [], { complete: false, notSeen: ['everything: forbidden'] });
  await look(21);
  expect(await list()).toMatchObject([{ state: 'open', landed_at: null }]);
});

it('a waiver holds until it ends', async () => {
  await begin(env('DB_POOL', '10'));
  await change(10, { DB_POOL: '50' });
  await look(12);
  await sql`
    update backports set state = 'waived', waived_by = 'grace', waived_reason = 'soon gone', waived_at = ${at(13)},
      waived_until = ${at(30)}
  `.execute(database.db);
  await look(20);
  expect(await list()).toMatchObject([{ state: 'waived' }]);
  await look(31);
  expect(await list()).toMatchObject([{ state: 'open', note: 'the waiver of grace has ended: soon gone' }]);
});

describe('what was there before anybody looked', () => {
  it('is taken over without being called news', async () => {
    await see(0, 'production', [env('DB_POOL', '10')]);
    await see(0, 'staging', [env('DB_POOL', '10')]);
    await change(10, { DB_POOL: '50' });
    const twoDays = 2 * 24 * 60;
    await see(twoDays, 'staging', [env('DB_POOL', '10')]);
    await see(twoDays, 'production', [env('DB_POOL', '50')]);
    await look(twoDays + 1);
    expect(await list()).toMatchObject([{ state: 'open', imported: true, incident: null }]);
  });

  it('flags of months of history that is read again are no news', async () => {
    await look(0);
    const flag = (environment: string, on: boolean, days: number) =>
      store.tell({
        kind: 'flag',
        environment,
        title: `new-checkout: turned ${on ? 'on' : 'off'}`,
        occurred_at: new Date(at(0).getTime() - days * 86_400_000).toISOString(),
        after: { on },
      });
    await flag('staging', false, 90);
    await flag('production', true, 60);
    await look(1);
    expect(await list()).toMatchObject([{ rule: 'flag', imported: true }]);
  });
});

describe('a flag of which only changes tell', () => {
  const flag = (minute: number, environment: string, on: boolean) =>
    store.tell({
      kind: 'flag',
      environment,
      title: `new-checkout: turned ${on ? 'on' : 'off'}`,
      occurred_at: at(minute).toISOString(),
      after: { on },
      actor: { name: 'ada' },
    });

  it('that is turned in production alone is home when it is turned in staging too', async () => {
    await look(0);
    await flag(1, 'staging', false);
    await flag(2, 'production', false);
    await look(3);
    expect(await list()).toEqual([]);
    await flag(10, 'production', true);
    await look(11);
    expect(await list()).toMatchObject([
      { state: 'open', rule: 'flag', service: 'checkout', title: 'new-checkout: turned on', imported: false },
    ]);
    await flag(20, 'staging', true);
    await look(21);
    expect(await list()).toMatchObject([{ state: 'live', evidence: { method: 'change', at: at(20) } }]);
  });

  it('of which nothing was told in staging is not known to be missing there', async () => {
    await look(0);
    await flag(10, 'production', true);
    await look(11);
    expect(await list()).toEqual([]);
  });
});

describe('a flag that a snapshot of production lists', () => {
  const on = (key: string): Fact => ({ service: '', facet: 'flag', key, value: 'true' });
  const turned = (minute: number) =>
    store.tell({
      kind: 'flag',
      environment: 'production',
      title: 'new-checkout: turned on',
      occurred_at: at(minute).toISOString(),
      after: { on: true },
      actor: { name: 'ada' },
    });
  const seeFlags = (minute: number, environment: string, keys: readonly string[], more = {}) =>
    see(minute, environment, keys.map(on), { collector: 'flags', ...more });

  it('and one of staging does not is missing there, until it does', async () => {
    await seeFlags(0, 'production', ['dark-mode']);
    await seeFlags(0, 'staging', ['dark-mode']);
    await look(1);
    await turned(10);
    await seeFlags(11, 'production', ['dark-mode', 'new-checkout']);
    await seeFlags(12, 'staging', ['dark-mode']);
    await look(13);
    expect(await list()).toMatchObject([
      { state: 'open', rule: 'flag', imported: false, why: expect.stringContaining('staging has no new-checkout') },
    ]);
    await seeFlags(20, 'staging', ['dark-mode', 'new-checkout']);
    await look(21);
    expect(await list()).toMatchObject([{ state: 'live', evidence: { method: 'snapshot', by: 'flags' } }]);
  });

  it('is not known to be missing where nothing looks for flags in staging', async () => {
    await seeFlags(0, 'production', ['dark-mode']);
    await see(0, 'staging', []);
    await look(1);
    await turned(10);
    await seeFlags(11, 'production', ['dark-mode', 'new-checkout']);
    await see(12, 'staging', []);
    await look(13);
    expect(await list()).toEqual([]);
  });

  it('is not known to be missing where all of staging could not be looked at', async () => {
    await seeFlags(0, 'production', ['dark-mode']);
    await seeFlags(0, 'staging', ['dark-mode']);
    await look(1);
    await turned(10);
    await seeFlags(11, 'production', ['dark-mode', 'new-checkout']);
    await seeFlags(12, 'staging', ['dark-mode'], { complete: false });
    await look(13);
    expect(await list()).toEqual([]);
  });
});

it('comes to the same when two processes look at once', async () => {
  await begin(env('DB_POOL', '10'));
  await change(10, { DB_POOL: '50' });
  await Promise.all([look(12), look(12), look(12)]);
  await look(13);
  expect(await list()).toHaveLength(1);

  const { settings, catalog } = configured();
  const pair = { reference: 'production', mirror: 'staging' };
  const compare = comparison({ db: database.db, configuration: { settings, catalog }, git: null });
  const report = await compare({ pair, service: null, at: at(14) });
  await emptyTables(database.db, 'backports');
  const dependencies = { db: database.db, catalog, ignored: settings.ignore, flags: async () => [], now: () => at(14) };
  await Promise.all([1, 2, 3].map(() => settleFactBackports(dependencies, report)));
  expect(await list()).toHaveLength(1);
});

it('is looked at when a snapshot tells of either environment, once for all that comes', async () => {
  const waiting = async () => {
    const { rows } = await sql<{ key: string; run_at: Date }>`
      select key, run_at from graphile_worker._private_jobs where key like 'open-fact-backports:%'
    `.execute(database.db);
    return rows;
  };
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  await see(0, 'staging', []);
  await see(1, 'production', []);
  expect(await waiting()).toEqual([
    { key: 'open-fact-backports:["production","staging"]', run_at: new Date(at(0).getTime() + 20_000) },
  ]);
});
