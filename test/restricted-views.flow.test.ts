import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '../src/database/migrate.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { readSamples } from '../src/measures/read.ts';
import { sayRestricted } from '../src/names/say-restricted.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { createReader, dropReader, queries, written } from './grafana.ts';
import { at, storyTeller, tellStory } from './measured-story.ts';
import { nothing, restricted, secrets, tellSecrets } from './restricted-story.ts';

const allKinds = "'deploy','rollback','merge','config','flag','note','incident'";
const views = [
  'measure_causes',
  'measure_deploys',
  'measure_lead_times',
  'measure_failures',
  'measure_restores',
  'grafana_timeline',
  'grafana_parity',
  'grafana_backports',
];
const notForOthers = [
  'restricted_names',
  'restricted_now',
  'unfiltered_causes',
  'unfiltered_deploys',
  'unfiltered_lead_times',
  'unfiltered_restores',
  'changes_for_others',
  'causes_for_others',
  'incidents_for_others',
  'changes',
  'incidents',
  'backports',
  'services',
  'aliases',
];

let database: TestDatabase;
let story: ReturnType<typeof storyTeller>;
let reader: PoolClient;
const role = `reader_${process.pid}`;
let ids: Awaited<ReturnType<typeof tellSecrets>>;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  story = storyTeller(database.db);
  await tellStory(story);
  await createReader(database, role);
  reader = await database.pool.connect();
  await reader.query(`set role ${role}`);
  ids = await tellSecrets(database, story);
});
afterAll(async () => {
  await reader.query('reset role');
  reader.release();
  await dropReader(database, role);
  story.end();
  await database.close();
});
beforeEach(async () => {
  await emptyTables(database.db, 'restricted_names, restricted_now');
  await sayRestricted(database.db, restricted);
});

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What the role of the page reads. `told`: what the server says besides. */
async function asReader(query: string, told: (message: string) => void = () => {}): Promise<Rows> {
  const listen = ({ message = '' }: { readonly message?: string | undefined }) => told(message);
  reader.on('notice', listen);
  try {
    const { rows } = await reader.query<Readonly<Record<string, unknown>>>(query);
    return rows;
  } finally {
    reader.off('notice', listen);
  }
}

const numbers = async (query: string) => Object.values((await asReader(query))[0] ?? {}).map(Number);

describe('a restricted service in the views for others', () => {
  it.each(queries)('is not told of in the dashboard: $title', async ({ rawSql }) => {
    for (const service of ["'__all'", "'payroll'", "'Payroll','pay-api','checkout'"]) {
      const rows = await asReader(written(rawSql, service, allKinds));

      expect(JSON.stringify(rows).match(secrets)).toBeNull();
    }
    expect((await asReader(written(rawSql, "'__all'", allKinds))).length).toBeGreaterThan(0);
  });

  it.each(views)('is not told of in any column of %s', async (view) => {
    const rows = await asReader(`select * from ${view}`);

    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows).match(secrets)).toBeNull();
  });

  it('leaves the others there', async () => {
    const services = await asReader('select distinct unnest(services) as name from measure_deploys order by name');
    const waiting = await asReader('select service from grafana_backports order by service');

    expect(services.map(({ name }) => name)).toEqual(['checkout', 'ledger', 'search']);
    expect(waiting).toEqual([{ service: 'checkout' }, { service: null }]);
    expect(JSON.stringify(await asReader('select * from grafana_timeline'))).toContain('INC-');
  });

  it('is no cause, rollback or incident of what is shown, and no number either', async () => {
    const { bad, shared, back, hotfix, secretFault, openFault, behindSecret } = ids;
    const [deploy] = await asReader(`select * from measure_deploys where change_id = ${bad}`);

    expect(deploy).toMatchObject({ title: 'Sell more', rolled_back_by: null, caused_incident: false });
    expect(await asReader(`select * from measure_deploys where change_id = ${shared}`)).toEqual([]);
    expect(await asReader(`select * from measure_failures where change_id = ${bad}`)).toEqual([]);
    expect(await asReader(`select rework from measure_deploys where change_id in (${back}, ${hotfix})`)).toEqual([
      { rework: null },
      { rework: null },
    ]);
    expect(await asReader(`select * from measure_lead_times where change_id = ${hotfix}`)).toEqual([]);
    const whole = 'select rework from unfiltered_deploys where change_id in ($1, $2) order by change_id';
    expect((await database.pool.query(whole, [back, hotfix])).rows).toEqual([
      { rework: 'rollback' },
      { rework: 'hotfix' },
    ]);
    const hidden = [secretFault, openFault, behindSecret].join(', ');
    expect(await asReader(`select * from measure_causes where incident_id in (${hidden})`)).toEqual([]);
    expect(await asReader(`select * from measure_restores where incident_id in (${hidden})`)).toMatchObject([
      { incident_id: behindSecret, caused_by_change: false },
    ]);
  });

  it('is seen by Sincewhen itself, which decides by who asks', async () => {
    const period = { from: at('11-06 00:00'), to: at('11-20 00:00') };
    const scope = { period, environment: 'production', services: ['payroll'], hidden: [] };
    const read = await readSamples(database.db, scope);

    expect(read).toMatchObject({ outcome: 'read', samples: { deploys: [{}, {}], restores: [{}] } });
  });

  it('shows nothing at all while nobody has said what is restricted', async () => {
    await emptyTables(database.db, 'restricted_names, restricted_now');

    for (const view of views.filter((each) => each !== 'grafana_parity'))
      expect(await asReader(`select * from ${view}`)).toEqual([]);
    expect(await asReader('select * from grafana_parity')).toHaveLength(1);
  });

  it('shows everything where nothing is restricted', async () => {
    await emptyTables(database.db, 'restricted_names, restricted_now');
    await sayRestricted(database.db, nothing);

    expect(JSON.stringify(await asReader('select * from measure_deploys'))).toMatch(secrets);
    expect(await numbers('select count(*) from grafana_backports')).toEqual([7]);
  });
});

describe('the role of the page', () => {
  it.each(notForOthers)('may not read %s', async (name) => {
    await expect(asReader(`select 1 from ${name}`)).rejects.toThrow('permission denied');
  });

  it('is given nothing that it should not read by default privileges when the database is brought up to date', async () => {
    const fresh = await createTestDatabase({ migrated: false });
    const folder = mkdtempSync(join(tmpdir(), 'sincewhen-migrations-'));
    const migrations = join(import.meta.dirname, '../migrations');
    for (const name of readdirSync(migrations).filter((each) => each < '0038'))
      copyFileSync(join(migrations, name), join(folder, name));
    try {
      await migrate(fresh.db, folder);
      await fresh.pool.query(`
        alter default privileges in schema public grant select on tables to ${role}, public;
        create role other_${role}; grant select on changes to other_${role};
        alter default privileges in schema public grant select on tables to other_${role}`);
      await migrate(fresh.db);
      const may = async (who: string) => {
        const { rows } = await fresh.pool.query<{ name: string }>(
          `select name from unnest($1::text[]) as name where has_table_privilege($2, name, 'select')`,
          [notForOthers, who],
        );
        return rows.map(({ name }) => name);
      };

      expect(await may(role)).toEqual([]);
      expect(await may(`other_${role}`)).toEqual(
        notForOthers.filter((name) => !/^(incidents|backports|services|aliases)$/.test(name)),
      );
    } finally {
      await fresh.pool.query(`drop owned by ${role}; drop owned by other_${role}; drop role other_${role}`);
      await fresh.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('reads views as their owner does, whoever asks', async () => {
    const { rows } = await database.pool.query<{ relname: string }>(
      `select relname from pg_class where relkind = 'v' and 'security_invoker=true' = any(reloptions)`,
    );

    expect(rows).toEqual([]);
  });

  it.each([
    ['measure_deploys', ['title', 'service', 'repository', 'services', 'change_id']],
    ['measure_lead_times', ['service', 'services', 'change_id']],
    ['measure_failures', ['service', 'services', 'change_id']],
    ['measure_restores', ['services', 'incident_id', 'resolved_at']],
    ['measure_causes', ['incident_id', 'change_id']],
    ['grafana_timeline', ['text', 'tags', 'services', 'id']],
    ['grafana_backports', ['title', 'service', 'repository', 'id']],
  ])('learns nothing of hidden rows of %s by a condition that tells what it is asked', async (view, columns) => {
    for (const column of columns) {
      const told: string[] = [];
      await asReader(
        `create function pg_temp.tell(anyelement) returns boolean language plpgsql immutable cost 0.0000001 as
           $$ begin raise notice '%', $1; return true; end $$`,
      );
      await asReader(`select 1 from ${view} where pg_temp.tell(${column})`, (message) => told.push(message));
      await asReader('drop function pg_temp.tell');
      // Of deploys that are shown it may be asked, also where they are none of the view.
      const from = view === 'measure_lead_times' || view === 'measure_failures' ? 'measure_deploys' : view;
      const shown = new Set((await asReader(`select ${column}::text as value from ${from}`)).map(({ value }) => value));

      expect(told.length).toBeGreaterThan(0);
      expect(told.filter((value) => !shown.has(value === '<NULL>' ? null : value))).toEqual([]);
    }
  });

  it.each([
    ['measure_deploys', 'service', '='],
    ['measure_deploys', 'title', '>'],
    ['measure_deploys', 'repository', '='],
    ['measure_lead_times', 'service', '='],
    ['measure_failures', 'service', '='],
    ['grafana_backports', 'service', '='],
    ['grafana_backports', 'title', '>'],
    ['grafana_timeline', 'tags', '='],
    ['grafana_timeline', 'text', '>'],
  ])('is told by explain of %s nothing of a %s that it guesses', async (view, column, operator) => {
    const explained = async (guess: string) => {
      const rows = await asReader(
        `explain (analyze, costs off, timing off, summary off, buffers off)
         select 1 from ${view} where ${column} ${operator} '${guess}'`,
      );
      return JSON.stringify(rows)
        .replaceAll(guess, 'it')
        .replaceAll(/Memory: \d+kB/g, '');
    };
    // None is shown, and of the first pair some are hidden; both are in the same place of the alphabet.
    const [guess, other] = operator === '=' ? ['payroll', 'zzzzzzz'] : ['Raise the salarie', 'Raise the salariez'];

    expect(await explained(guess)).toBe(await explained(other));
  });
});
