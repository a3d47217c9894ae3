import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';

describe('openDatabase', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(async () => await test.close());

  async function cutConnections(): Promise<void> {
    const { rowCount } = await test.pool.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(rowCount).toBeGreaterThan(0);
  }

  it('outlives the loss of connections, idle and in use', async () => {
    await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.05)`.execute(test.db)));
    const inUse = await test.pool.connect();
    await inUse.query('begin');

    await cutConnections();

    await expect(inUse.query('select 1')).rejects.toThrow();
    inUse.release(true);
    await expect(sql`select 1 as one`.execute(test.db)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('reads bigint as a string and timestamptz as a Date', async () => {
    const { rows } = await test.pool.query(
      `select 9007199254740993::bigint as big, '2026-11-21T01:02:03.456+01'::timestamptz as at`,
    );

    expect(rows).toEqual([{ big: '9007199254740993', at: new Date('2026-11-21T00:02:03.456Z') }]);
  });

  it('plans a statement that is marked for it once, whatever its values', async () => {
    const rows = await test.db.connection().execute(async (db) => {
      const told = [];
      for (const n of [1, 2]) told.push((await sql`/* prepared */ select ${n}::int as n`.execute(db)).rows);
      await sql`select ${1}::int as unmarked`.execute(db);
      told.push((await sql`select statement from pg_prepared_statements`.execute(db)).rows);
      return told;
    });

    expect(rows).toEqual([[{ n: 1 }], [{ n: 2 }], [{ statement: '/* prepared */ select $1::int as n' }]]);
  });

  it('limits statements and forgotten transactions, under our name', async () => {
    const { rows } = await test.pool.query(
      `select name, setting from pg_settings where name in
         ('application_name', 'idle_in_transaction_session_timeout', 'statement_timeout') order by name`,
    );

    expect(rows).toEqual([
      { name: 'application_name', setting: 'sincewhen' },
      { name: 'idle_in_transaction_session_timeout', setting: '60000' },
      { name: 'statement_timeout', setting: '30000' },
    ]);
  });
});
