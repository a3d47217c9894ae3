import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { postgresql } from '../src/collectors/postgresql.ts';
import { type Embedded, startEmbedded } from '../src/database/embedded.ts';
import type { Fact } from '../src/domain/facts/fact.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { comparison } from '../src/start/comparison.ts';
import { collect, factsIn } from './collect.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { at, snapshotStore } from './snapshots.ts';

/** Two servers, each with its own cluster of databases, set up from the same lines. */
let production: Embedded;
let staging: Embedded;
/** Where Sincewhen keeps what it is told. */
let database: TestDatabase;
let store: ReturnType<typeof snapshotStore>;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  store = snapshotStore(database);
  const start = async () => {
    const dataDir = mkdtempSync(join(inject('temporaryFolder'), 'server-'));
    return startEmbedded({ dataDir, log: pino({ enabled: false }), temporary: true });
  };
  [production, staging] = await Promise.all([start(), start()]);
  await run(production, world);
  await run(staging, world);
});
afterAll(async () => {
  await production.stop();
  await staging.stop();
  await database.close();
});

const world = `
  create extension pg_trgm;
  create table customers (id bigint generated always as identity primary key, email text not null unique);
  create table orders (
    id bigint generated always as identity primary key, customer bigint not null references customers,
    status text not null default 'new', total numeric(10, 2)
  );
  create index orders_customer on orders (customer);
  create index orders_status on orders (status) where status <> 'done';
  create view open_orders as select id, customer from orders where status <> 'done';
  create function total_of(customer bigint) returns numeric language sql stable
    as $$ select sum(total) from orders where orders.customer = total_of.customer $$;
  create table schema_migrations (version text primary key);
  insert into schema_migrations values ('20260901'), ('20261001');
  insert into customers (email) select n || '@example.com' from generate_series(1, 2000) n;
  insert into orders (customer, total) select id, id % 90 from customers;
  analyze;
`;

async function run(server: Embedded, statements: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return await client.query(statements);
  } finally {
    await client.end();
  }
}

async function seen(server: Embedded) {
  const result = await collect(postgresql, { options: { url: server.url } });
  expect(result).toMatchObject({ outcome: 'seen', complete: true, notSeen: [] });
  return result;
}

async function factsOf(server: Embedded): Promise<ReadonlyMap<string, Fact['value']>> {
  return new Map(Object.entries(factsIn(await seen(server))));
}

/** As `sincewhen snapshot` reports it. */
async function report(minute: number): Promise<void> {
  for (const [environment, server] of [
    ['production', production],
    ['staging', staging],
  ] as const) {
    const result = await seen(server);
    if (result.outcome !== 'seen') throw new Error(result.reason);
    const stored = await store.store(minute, result.facts, { environment, collector: 'postgresql' });
    expect(stored).toMatchObject({ outcome: 'stored' });
  }
}

/** What `/parity` finds, as `facet key` with its verdict. */
async function compared(minute: number): Promise<Readonly<Record<string, string>>> {
  const read = readSettings('');
  if (read.outcome === 'invalid') throw new Error(read.problems.join());
  const configuration = { settings: read.settings, catalog: catalogOf(read.settings) };
  const compare = comparison({ db: database.db, configuration, git: null });
  const pair = { reference: 'production', mirror: 'staging' };
  const { differences: found } = await compare({ pair, service: null, at: at(minute) });
  return Object.fromEntries(found.map(({ facet, key, verdict }) => [`${facet} ${key}`, verdict]));
}

/** What is not the same, as [production, staging]. */
async function differences(): Promise<Record<string, readonly unknown[]>> {
  const [reference, mirror] = [await factsOf(production), await factsOf(staging)];
  const keys = [...new Set([...reference.keys(), ...mirror.keys()])].toSorted();
  return Object.fromEntries(
    keys
      .map((key) => [key, [reference.get(key) ?? null, mirror.get(key) ?? null]] as const)
      .filter(([, [left, right]]) => JSON.stringify(left) !== JSON.stringify(right)),
  );
}

describe('two PostgreSQL servers', () => {
  it('that were set up alike do not differ, whatever their addresses, files and ids', async () => {
    expect(await differences()).toEqual({});
    await report(0);
    expect(await compared(1)).toEqual({});
  });

  it('differ in what was done to one of them, and in nothing else', async () => {
    await run(staging, `alter system set work_mem = '16MB'`);
    await run(staging, `alter system set password_encryption = 'md5'`);
    await run(staging, 'alter database postgres set default_transaction_isolation = serializable');
    await run(
      staging,
      `select pg_reload_conf();
       drop extension pg_trgm; create extension pg_trgm version '1.5'; create extension hstore;
       drop index orders_status;
       alter table orders alter column total type numeric(12, 2);
       alter table orders add column note text;
       alter table customers drop constraint customers_email_key;
       create or replace function total_of(customer bigint) returns numeric language sql stable
         as $$ select sum(total) from orders where orders.customer = total_of.customer and status = 'done' $$;
       insert into schema_migrations values ('20261101')`,
    );
    await expect
      .poll(async () => (await run(staging, 'show work_mem')).rows, { timeout: 10_000 })
      .toEqual([{ work_mem: '16MB' }]);

    const found = await differences();
    expect(found).toEqual({
      'database setting:default_transaction_isolation': ['read committed', 'serializable'],
      'database setting:password_encryption': ['scram-sha-256', 'md5'],
      'database setting:work_mem': ['4MB', '16MB'],
      'database extension:hstore': [null, expect.stringMatching(/^1\./)],
      'database extension:pg_trgm': ['1.6', '1.5'],
      'schema table public.orders:index orders_status': [expect.stringMatching(/^CREATE INDEX/), null],
      'schema table public.orders:column total': ['numeric(10,2)', 'numeric(12,2)'],
      'schema table public.orders:column note': [null, 'text'],
      'schema table public.customers:constraint customers_email_key': ['UNIQUE (email)', null],
      'schema function public.total_of(customer bigint)': [
        expect.stringMatching(/^sha256 /),
        expect.stringMatching(/^sha256 /),
      ],
      'schema migrations public.schema_migrations:20261101': [null, 'applied'],
    });
    await report(60);
    expect(await compared(61)).toEqual(Object.fromEntries(Object.keys(found).map((key) => [key, 'unexplained'])));
  });
});
