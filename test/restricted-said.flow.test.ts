import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sayRestricted } from '../src/names/say-restricted.ts';
import { keepSayingRestricted } from '../src/start/restricted.ts';
import type { Service } from '../src/start/service.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { nothing, restricted } from './restricted-story.ts';
import { startWatchingService } from './watching-service.ts';

const soon = { timeout: 20_000, interval: 20 };
let database: TestDatabase;

/** So long since anybody said anything of it: minutes. */
const age = (table: 'restricted_names' | 'restricted_now', columns: readonly string[], minutes = 6) =>
  database.pool.query(
    `update ${table} set ${columns.map((column) => `${column} = ${column} - interval '${minutes} minutes'`).join(', ')}`,
  );

/** Which services others see. */
async function seen(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'select distinct unnest(services) as name from grafana_timeline order by name',
  );
  return rows.map(({ name }) => name);
}

describe('what processes say', () => {
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`
      insert into changes (at, occurred_at, kind, service, services, title, actors, recorded_at, events)
      select now(), now(), 'note', name, array[name], name, '{}', now(), '[]' from unnest('{checkout,payroll}'::text[]) as name`);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await emptyTables(database.db, 'restricted_names, restricted_now');
    await sayRestricted(database.db, restricted);
  });
  const hides = async () => {
    const names = await seen();
    expect(names).toContain('checkout');
    return !names.includes('payroll');
  };

  it('is forgotten five minutes after none says it, and not before', async () => {
    await age('restricted_now', ['since']);
    await sayRestricted(database.db, nothing);
    expect(await hides()).toBe(true);

    await age('restricted_names', ['said_at']);
    await sayRestricted(database.db, nothing);
    expect(await hides()).toBe(false);

    await sayRestricted(database.db, restricted);
    expect(await hides()).toBe(true);
  });

  it('is what any of them says, while their settings are not the same', async () => {
    await age('restricted_now', ['since']);
    for (let minutes = 0; minutes < 20; minutes += 4) {
      await sayRestricted(database.db, restricted);
      await age('restricted_names', ['said_at'], 4);
      await sayRestricted(database.db, nothing);

      expect(await hides()).toBe(true);
    }
  });

  it('is not forgotten by the first that comes back after all were away', async () => {
    await age('restricted_names', ['said_at'], 600);
    await age('restricted_now', ['since', 'said_at'], 600);
    await sayRestricted(database.db, nothing);
    await sayRestricted(database.db, nothing);
    expect(await hides()).toBe(true);

    await age('restricted_now', ['since']);
    await sayRestricted(database.db, nothing);
    expect(await hides()).toBe(false);
  });

  it('is said again and again until the end, also after the database did not take it once', async () => {
    const warn = vi.fn<() => void>();
    const logger = { ...pino({ enabled: false }), warn } as unknown as Parameters<
      typeof keepSayingRestricted
    >[0]['logger'];
    const said = async () => (await database.pool.query('select said_at from restricted_now')).rows[0] as unknown;
    const stop = await keepSayingRestricted({ db: database.db, restricted, logger, every: 5 });
    const first = await said();
    await vi.waitFor(async () => expect(await said()).not.toEqual(first), soon);
    await database.pool.query('alter table restricted_names rename to elsewhere');
    await vi.waitFor(() => expect(warn).toHaveBeenCalled(), soon);
    await database.pool.query('alter table elsewhere rename to restricted_names');
    const second = await said();
    await vi.waitFor(async () => expect(await said()).not.toEqual(second), soon);
    await stop();

    const last = await said();
    expect(await said()).toEqual(last);
    expect(await hides()).toBe(true);
  });
});

describe('the whole service', () => {
  let folder: string;
  let file: string;
  let services: Service[];
  let logged: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sincewhen-restricted-'));
    file = join(folder, 'sincewhen.yml');
    database = await createTestDatabase();
    services = [];
    logged = '';
  });
  afterEach(async () => {
    for (const service of services) await service.stop();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  async function start(): Promise<Service> {
    const logger = pino({ level: 'info' }, { write: (line: string) => void (logged += line) });
    const service = await startWatchingService({ databaseUrl: database.url, file }, { logger });
    services.push(service);
    return service;
  }

  async function edit(settings: string): Promise<void> {
    logged = '';
    writeFileSync(file, settings);
    await vi.waitFor(() => expect(logged).toContain('was edited, and is in force'), soon);
  }

  it('says it at its start and when its settings are edited, and of a released one that it is no more', async () => {
    writeFileSync(file, 'services: { payroll: { restricted: true, aliases: [wages] }, checkout: {} }');
    const { url } = await start();
    const { token } = await createToken(database.db, { name: 'ingest', scopes: ['ingest'], now: new Date() });
    const changes = ['Wages', 'checkout', 'ledger'].map((service) => ({ kind: 'config', title: service, service }));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const posted = await fetch(`${url}/api/changes`, { method: 'POST', headers, body: JSON.stringify(changes) });
    expect(posted.status).toBe(202);
    expect(await seen()).toEqual(['checkout', 'ledger']);

    await edit('services: { payroll: {}, checkout: {}, ledger: { restricted: true } }');
    expect(await seen()).toEqual(['checkout']);

    await age('restricted_names', ['said_at']);
    await age('restricted_now', ['since']);
    await edit('services: { payroll: {}, checkout: {}, ledger: { restricted: true, aliases: [books] } }');
    expect(await seen()).toEqual(['checkout', 'payroll']);
  }, 60_000);

  it('hides what the settings of another process hide', async () => {
    writeFileSync(file, 'services: { payroll: { restricted: true } }');
    const { url } = await start();
    const other = join(folder, 'other.yml');
    [file] = [other];
    writeFileSync(file, 'services: { payroll: {} }');
    await start();
    const { token } = await createToken(database.db, { name: 'ingest', scopes: ['ingest'], now: new Date() });
    await fetch(`${url}/api/changes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(['payroll', 'checkout'].map((service) => ({ kind: 'config', title: service, service }))),
    });

    expect(await seen()).toEqual(['checkout']);
  }, 60_000);
});
