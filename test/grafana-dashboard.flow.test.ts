import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateJobs } from '../src/jobs/run.ts';
import { sayRestricted } from '../src/names/say-restricted.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { createReader, dashboard, docs, dropReader, queries, written } from './grafana.ts';
import { storyTeller, tellStory } from './measured-story.ts';

let database: TestDatabase;
let story: ReturnType<typeof storyTeller>;
const role = `grafana_${process.pid}`;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  story = storyTeller(database.db);
  await tellStory(story);
  await sayRestricted(database.db, []);
  await database.pool.query(`
    insert into parity_scores values ('production', 'staging', '2025-11-10', '2025-11-10T09:00Z', 94.5, 87, 200, 189,
      '{"unexplained": 2, "intended": 6}');
    insert into backports (state, service, reference, mirror, repository, title, why, imported, opened_at, recorded_at)
    values ('open', 'checkout', 'production', 'staging', 'acme/checkout', 'Round amounts', 'x', false,
      '2025-11-12T12:00Z', '2025-11-12T12:00Z')`);
});
afterAll(async () => {
  await dropReader(database, role);
  story.end();
  await database.close();
});

async function run(query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await database.pool.query<Readonly<Record<string, unknown>>>(query);
  return rows;
}

async function rowsOf(title: string, service?: string) {
  const query = queries.find((each) => each.title === title);
  return run(written(query?.rawSql ?? '', service));
}

describe('the dashboard', () => {
  it.each(queries)('asks for $title what the database answers', async ({ rawSql, format }) => {
    const query = written(rawSql);
    const rows = await run(query);
    const some = await run(written(rawSql, "'checkout','o''brien'"));

    expect(query).not.toMatch(/\$\w/);
    expect(rows.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThanOrEqual(rows.length);
    const times = format === 'time_series' ? rows.map(({ time }) => time) : [];
    expect(times.every((time) => time instanceof Date)).toBe(true);
  });

  it('shows the numbers that GET /api/measures tells', async () => {
    expect(await rowsOf('Lead time')).toEqual([{ median: 3 * 3600, samples: '8' }]);
    expect(await rowsOf('Change failure rate')).toEqual([{ share: 4 / 11, samples: '11' }]);
    expect(await rowsOf('Time to restore')).toEqual([{ median: 51 * 60, samples: '4' }]);
    expect(await rowsOf('Rework')).toEqual([{ share: 5 / 13, samples: '13' }]);
    expect(await rowsOf('Change failure rate', "'ledger','search'")).toEqual([{ share: 2 / 5, samples: '5' }]);
    expect(await rowsOf('Backports that wait')).toMatchObject([{ service: 'checkout', title: 'Round amounts' }]);
    expect((await rowsOf('By service')).map(({ service, deploys, failed }) => [service, deploys, failed])).toEqual([
      ['checkout', '6', '2'],
      ['ledger', '3', '1'],
      ['search', '2', '1'],
    ]);
  });

  it('marks incidents and rollbacks on the timeline, none that is private, with text that is no markup', async () => {
    await story.tell('11-18 12:00', { kind: 'rollback', serviceName: 'search', title: '<img src=x onerror=alert(1)>' });
    const marks = await rowsOf('Timeline');

    expect(marks.map(({ text }) => text)).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(marks.filter(({ tags }) => String(tags).startsWith('incident'))).toHaveLength(5);
    expect(JSON.stringify(marks)).not.toContain('<img');
  });

  it('has an identifier of its own for each panel, and says of each what it shows', () => {
    const ids = dashboard.panels.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, description } of dashboard.panels)
      expect(type === 'row' || description !== undefined).toBe(true);
  });
});

describe('the views', () => {
  it('are each described, in the database and in the page about them', async () => {
    const views = await run(`
      select relname as name, obj_description(oid) as says from pg_class
      where relkind = 'v' and relnamespace = 'public'::regnamespace and (relname like 'measure_%' or relname like 'grafana_%')
      order by relname`);

    expect(views.map(({ name }) => name)).toEqual([
      'grafana_backports',
      'grafana_parity',
      'grafana_timeline',
      'measure_causes',
      'measure_deploys',
      'measure_failures',
      'measure_lead_times',
      'measure_restores',
    ]);
    for (const { name, says } of views) {
      expect(says).toMatch(/\w/);
      expect(docs).toContain(`\`${String(name)}\``);
    }
  });

  it('name nobody: no column of theirs tells who did something', async () => {
    const columns = await run(`
      select table_name, column_name from information_schema.columns
      where (table_name like 'measure\\_%' or table_name like 'grafana\\_%')
        and column_name ~ 'actor|author|owner|person|_by$' and column_name not in ('rolled_back_by', 'reverted_by')`);

    expect(columns).toEqual([]);
  });

  it('are all that the role of the page needs, and it may write and read nothing else', async () => {
    await createReader(database, role);
    const client = await database.pool.connect();
    try {
      await client.query(`set role ${role}`);
      for (const { rawSql } of queries) await client.query(written(rawSql));

      await expect(client.query('select 1 from changes')).rejects.toThrow('permission denied');
      await expect(client.query('select 1 from incidents')).rejects.toThrow('permission denied');
      await expect(client.query('delete from grafana_backports')).rejects.toThrow('permission denied');
    } finally {
      await client.query('reset role');
      client.release();
    }
  });
});
