import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { type TestDatabase, createTestDatabase, withDatabase } from '../../test/database.ts';
import type { Fact } from '../domain/facts/fact.ts';
import type { Collected } from './collector.ts';
import { postgresql } from './postgresql.ts';
import { withUnit } from './postgresql/server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  await database.pool.query(schema);
});
afterAll(() => database.close());

const schema = `
  create extension citext;
  create schema billing;
  create type mood as enum ('good', 'bad');
  create domain amount as numeric(10, 2) check (value >= 0);
  create table customers (id bigint generated always as identity primary key, email text not null unique, mood mood);
  create table billing.orders (
    id serial primary key, customer bigint not null references customers, total amount default 0,
    name text collate "C", twice int generated always as (2) stored, check (total < 1000)
  );
  create index orders_customer on billing.orders (customer) where total > 0;
  create table events (at timestamptz not null, what text) partition by range (at);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create index on events (at);
  create view rich as select customer from billing.orders where total > 100;
  create materialized view totals as select sum(total) as total from billing.orders;
  create unique index totals_total on totals (total);
  create function billing.double(of int) returns int language sql as $$ select 2 * of $$;
  create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
  create trigger touched before update on customers for each row execute function touch();
  alter table customers enable row level security;
  create policy own on customers for select using (email = current_user);
  create sequence tickets increment 10;
  create temp table scratch (a int);
  create table flyway_schema_history (installed_rank int, version text, script text, checksum int, success bool);
  insert into flyway_schema_history values (1, '1', 'V1__first.sql', 77, true), (2, '2', 'V2__second.sql', 78, false);
  create table schema_migrations (version text primary key);
  insert into schema_migrations values ('20260101000000');
  insert into customers (email) select 'person ' || n || '@example.com' from generate_series(1, 120) n;
  analyze;
`;

function collected(options: Record<string, string>, signal?: AbortSignal): Promise<Collected> {
  return collect(postgresql, { options, ...(signal === undefined ? {} : { signal }) });
}

function factsOf(result: Collected): ReadonlyMap<string, Fact['value']> {
  return new Map(Object.entries(factsIn(result)));
}

function matching(facts: ReadonlyMap<string, Fact['value']>, facet: string, pattern: RegExp): Record<string, unknown> {
  return Object.fromEntries([...facts].filter(([key]) => key.startsWith(`${facet} `) && pattern.test(key)));
}

describe('a PostgreSQL', () => {
  it('is seen whole by its superuser, each fact once', async () => {
    const result = await collected({ url: database.url });

    expect(result).toMatchObject({ outcome: 'seen', complete: true, notSeen: [] });
    const keys = result.outcome === 'seen' ? result.facts.map(({ facet, key }) => `${facet} ${key}`) : [];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(300);
  });

  it('is read by an address that a file holds, which no list of processes shows', async () => {
    const files = { '/run/secrets/database': `${database.url}\n` };

    expect(await collect(postgresql, { files })).toEqual(await collected({ url: database.url }));
  });

  it('has a version, extensions and settings as they are written in its configuration', async () => {
    const facts = factsOf(await collected({ url: database.url }));

    expect(facts.get('database server_version')).toMatch(/^\d+\.\d+$/);
    expect(facts.get('database extension:citext')).toMatch(/^\d/);
    expect(facts.get('database setting:shared_buffers')).toBe('128MB');
    expect(facts.get('database setting:checkpoint_timeout')).toBe('5min');
    expect(facts.get('database setting:autovacuum_vacuum_scale_factor')).toBe('0.2');
    expect(
      matching(facts, 'database', /:data_directory$|config_file|:port$|application_name|statement_timeout/),
    ).toEqual({
      'database setting:statement_timeout': '0',
    });
  });

  it('has a schema in full names, without what is temporary, of the system or of an extension', async () => {
    const facts = factsOf(await collected({ url: database.url }));

    expect(matching(facts, 'schema', /billing\.orders|orders_id_seq/)).toEqual({
      'schema table billing.orders': 'table',
      'schema table billing.orders:column id': `integer not null default nextval('billing.orders_id_seq'::regclass)`,
      'schema table billing.orders:column customer': 'bigint not null',
      'schema table billing.orders:column total': 'public.amount default 0',
      'schema table billing.orders:column name': 'text collate "C"',
      'schema table billing.orders:column twice': 'integer generated always as (2) stored',
      'schema table billing.orders:constraint orders_pkey': 'PRIMARY KEY (id)',
      'schema table billing.orders:constraint orders_customer_fkey':
        'FOREIGN KEY (customer) REFERENCES public.customers(id)',
      'schema table billing.orders:constraint orders_total_check': 'CHECK (((total)::numeric < (1000)::numeric))',
      'schema table billing.orders:index orders_customer':
        'CREATE INDEX orders_customer ON billing.orders USING btree (customer) WHERE ((total)::numeric > (0)::numeric)',
      'schema sequence billing.orders_id_seq': 'integer start 1 increment 1 from 1 to 2147483647',
    });
    expect(matching(facts, 'schema', /customers/)).toMatchObject({
      'schema table public.customers': 'table with row security',
      'schema table public.customers:column id': 'bigint not null generated always as identity',
      'schema table public.customers:column mood': 'public.mood',
      'schema table public.customers:trigger touched':
        'CREATE TRIGGER touched BEFORE UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION public.touch()',
      'schema table public.customers:policy own': 'permissive select to public using ((email = CURRENT_USER))',
    });
    expect(matching(facts, 'schema', /scratch|citext|pg_|events_2026|customers_id_seq/)).toEqual({});
    expect(matching(facts, 'schema', /^schema (?:type|schema|sequence public|table public\.events)/)).toEqual({
      'schema schema billing': 'there',
      'schema type public.amount': 'domain of numeric(10,2) CHECK ((VALUE >= (0)::numeric))',
      'schema type public.mood': `enum ('good', 'bad')`,
      'schema sequence public.tickets': 'bigint start 1 increment 10 from 1 to 9223372036854775807',
      'schema table public.events': 'partitioned by RANGE (at)',
      'schema table public.events:column at': 'timestamp with time zone not null',
      'schema table public.events:column what': 'text',
      'schema table public.events:index events_at_idx':
        'CREATE INDEX events_at_idx ON ONLY public.events USING btree (at)',
    });
    expect(Object.keys(matching(facts, 'schema', /view |function /)).toSorted()).toEqual([
      'schema function billing.double(of integer)',
      'schema function public.touch()',
      'schema materialized view public.totals',
      'schema materialized view public.totals:index totals_total',
      'schema view public.rich',
    ]);
  });

  it('has the migrations that tools applied to it', async () => {
    expect(matching(factsOf(await collected({ url: database.url })), 'schema', /^schema migrations/)).toEqual({
      'schema migrations public.flyway_schema_history:1': 'applied V1__first.sql checksum 77',
      'schema migrations public.flyway_schema_history:2': 'failed',
      'schema migrations public.schema_migrations:20260101000000': 'applied',
    });
  });

  it('has sizes to powers of ten, partitions with their parent', async () => {
    const facts = factsOf(await collected({ url: database.url }));

    expect(facts.get('data table public.customers:rows')).toBe(100);
    expect(facts.get('data table public.customers:bytes')).toBe(10_000);
    expect(facts.get('data table public.events:rows')).toBe(0);
    expect(facts.has('data table public.events_2026:rows')).toBe(false);
  });

  it('has what changed in it since, and nothing else', async () => {
    const before = await collected({ url: database.url });
    await database.pool.query('alter table billing.orders alter column total drop default');
    const after = await collected({ url: database.url });
    await database.pool.query('alter table billing.orders alter column total set default 0');

    const changed = Object.entries(factsIn(after)).filter(([key, value]) => factsIn(before)[key] !== value);
    expect(changed.filter(([, value]) => typeof value !== 'object')).toEqual([
      ['schema table billing.orders:column total', 'public.amount'],
    ]);
  });

  it('shows no row of any other table', async () => {
    expect(JSON.stringify(await collected({ url: database.url }))).not.toContain('person ');
  });

  it('of one schema made by another person in another order looks the same', async () => {
    const other = await createTestDatabase({ migrated: false });
    const owner = `owner_${randomUUID().replaceAll('-', '')}`;
    const columns = ['id bigint generated always as identity primary key', 'email text not null unique', 'mood mood'];
    const turned = schema.replace(columns.join(', '), columns.toReversed().join(', '));
    expect(turned).not.toBe(schema);
    try {
      await other.pool.query(
        `create role ${owner}; grant create on schema public to ${owner};
         do $$ begin execute format('grant all on database %I to ${owner}', current_database()); end $$;
         set role ${owner}; ${turned}`,
      );

      expect(factsIn(await collected({ url: other.url }))).toEqual(factsIn(await collected({ url: database.url })));
    } finally {
      await other.pool.query(`reset role; drop owned by ${owner}`);
      await other.close();
      await database.pool.query(`drop role ${owner}`);
    }
  });

  it('tells that an index was left unfinished', async () => {
    const other = await createTestDatabase({ migrated: false });
    try {
      await other.pool.query('create table twins (a int); insert into twins values (1), (1)');
      await expect(other.pool.query('create unique index concurrently twins_a on twins (a)')).rejects.toThrow();

      expect(factsOf(await collected({ url: other.url })).get('schema table public.twins:index twins_a')).toBe(
        'CREATE UNIQUE INDEX twins_a ON public.twins USING btree (a) (invalid)',
      );
    } finally {
      await other.close();
    }
  });
});

describe('a collector with fewer rights', () => {
  const role = `reader_${randomUUID().replaceAll('-', '')}`;
  beforeAll(() => database.pool.query(`create role ${role} login password 'wise owl'`));
  afterAll(() => database.pool.query(`drop owned by ${role}; drop role ${role}`));
  const url = () => {
    const changed = new URL(database.url);
    changed.username = role;
    changed.password = 'wise owl';
    return changed.href;
  };

  it('says what it may not see, and that absence of it says nothing', async () => {
    const result = await collected({ url: url() });

    expect(result).toMatchObject({
      outcome: 'seen',
      complete: false,
      notSeen: [
        'settings that only a member of pg_read_all_settings may see',
        'migrations in public.flyway_schema_history: permission denied',
        'migrations in public.schema_migrations: permission denied',
      ],
    });
    expect(matching(factsOf(result), 'schema', /orders$|:index orders/)).not.toEqual({});
  });

  it('sees all with two grants', async () => {
    await database.pool.query(
      `grant pg_read_all_settings to ${role}; grant select on flyway_schema_history, schema_migrations to ${role}`,
    );
    const asSuperuser = factsOf(await collected({ url: database.url }));
    const result = await collected({ url: url() });

    expect(result).toMatchObject({ complete: true });
    expect(factsOf(result)).toEqual(asSuperuser);
  });

  it('tells what a role was given of its own, and not for the server’s', async () => {
    await database.pool.query(`alter role ${role} set work_mem = '64MB'`);
    const facts = factsOf(await collected({ url: database.url }));
    const result = await collected({ url: url() });

    expect(facts.get(`database role ${role}:work_mem`)).toBe('64MB');
    expect(facts.get('database setting:work_mem')).toBe('4MB');
    expect(factsOf(result).has('database setting:work_mem')).toBe(false);
    expect(result).toMatchObject({
      complete: false,
      notSeen: ['settings that the role or connection of the collector has its own value of: work_mem'],
    });
    await database.pool.query(`alter role ${role} reset all`);
  });
});

describe('a database that cannot be read', () => {
  it.each([
    [
      'nobody there',
      'postgres://me:hush@127.0.0.1:1/shop',
      /^cannot connect to the database shop at 127\.0\.0\.1:1 as me: .*ECONNREFUSED/,
    ],
    ['no address', 'http://[', /^url is no address of a database/],
  ])('fails with one sentence and without its password: %s', async (_, url, reason) => {
    const result = await collected({ url });

    expect(result).toEqual({ outcome: 'failed', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(result)).not.toContain('hush');
  });

  it('fails when there is no such database, or the password is wrong', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'tricky';
    const results = [
      await collected({ url: withDatabase(inject('databaseServer'), 'nowhere') }),
      await collected({ url: wrong.href }),
    ];

    expect(results).toMatchObject([
      { outcome: 'failed', reason: expect.stringContaining('database "nowhere" does not exist') },
      { outcome: 'failed', reason: expect.stringContaining('password authentication failed') },
    ]);
    expect(JSON.stringify(results)).not.toContain('tricky');
  });

  it('keeps the parts that could be read when a table is locked', async () => {
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    await locker.query('begin; lock table billing.orders in access exclusive mode');
    const result = await collected({ url: database.url });
    await locker.end();

    expect(result).toMatchObject({ outcome: 'seen', complete: false });
    expect(result.outcome === 'seen' ? result.notSeen.join() : '').toContain('lock timeout');
    expect(factsOf(result).get('schema type public.mood')).toBe(`enum ('good', 'bad')`);
  });

  it('is given up when it is asked to', async () => {
    const ending = new AbortController();
    ending.abort();

    expect(await collected({ url: database.url }, ending.signal)).toMatchObject({ outcome: 'failed' });
  });
});

describe('a setting with its unit', () => {
  it.each([
    ['16384', '8kB', '128MB'],
    ['16385', '8kB', '131080kB'],
    ['300', 's', '5min'],
    ['1500', 'ms', '1500ms'],
    ['-1', 'min', '-1'],
    ['0', 'kB', '0'],
    ['on', null, 'on'],
    ['0.2', null, '0.2'],
    ['1', '16MB', '16MB'],
  ])('%s of %s is %s', (value, unit, expected) => {
    expect(withUnit(value, unit)).toBe(expected);
  });
});
