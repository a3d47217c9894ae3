import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import { mirrorWith } from '../src/git/mirror.ts';
import { dataRefreshedAt } from '../src/parity/data-refreshed.ts';
import { flagStates } from '../src/parity/flag-states.ts';
import { compareVersions } from '../src/parity/versions.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { makeRepository } from './repository.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: [],
};
const now = new Date('2026-11-21T00:00:00Z');
const pair = { reference: 'production', mirror: 'staging' };
let database: TestDatabase;
let folder: string;
let count = 0;

async function tell(environment: string, hour: number, fields: Partial<Statement>) {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: new Date(Date.UTC(2026, 10, 20, hour)).toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    environmentName: environment,
    ...fields,
  };
  const event = { statement, identities: [{ type: 'deployment' as const, value: `${count}` }], mentions: [] };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now }));
}

async function deployed(service: string, environment: string, hour: number, fields: Partial<Statement>) {
  await tell(environment, hour, { serviceName: service, repository: `acme/${service}`, ...fields });
}

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'versions-'));
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const compared = async (service: string, at = now, git: Parameters<typeof compareVersions>[0]['git'] = null) =>
  (await compareVersions({ db: database.db, catalog, git }, pair, [service], at))[0];

describe('versions of two environments', () => {
  it('are pending where the mirror went on, since it did', async () => {
    await deployed('checkout', 'staging', 1, { to: 'v1.41.0' });
    await deployed('checkout', 'production', 2, { to: '1.41.0' });
    await deployed('checkout', 'staging', 3, { to: 'v1.42.0' });
    await deployed('checkout', 'staging', 4, { to: 'v1.43.0', phase: 'failed' });

    expect(await compared('checkout')).toMatchObject({
      reference: { version: '1.41.0' },
      mirror: { version: 'v1.42.0' },
      verdict: 'pending-promotion',
      since: new Date('2026-11-20T03:00Z'),
      cause: { kind: 'deploy', title: 'checkout v1.42.0' },
    });
    expect(await compared('checkout', new Date('2026-11-20T02:30Z'))).toMatchObject({ verdict: 'equal' });
  });

  it('are a hotfix where only the reference had it, of all services at once', async () => {
    await deployed('search', 'staging', 1, { to: '7.0' });
    await deployed('search', 'production', 2, { to: '7.0' });
    await deployed('search', 'production', 5, { to: '7.0.1' });
    await deployed('ledger', 'production', 5, { to: '3' });

    const all = await compareVersions({ db: database.db, catalog, git: null }, pair, null, now);
    expect(all.map(({ service, verdict }) => [service, verdict])).toEqual([
      ['checkout', 'pending-promotion'],
      ['ledger', 'unknown'],
      ['search', 'reference-only'],
    ]);
    expect(all[1]).toMatchObject({ mirror: null, why: 'no deploy to staging is known' });
  });

  it('asks the repository, where it is at hand, whether the mirror contains the hotfix', async () => {
    const repository = makeRepository(join(folder, 'origin'), 'acme/cart');
    const [first, hotfix, next] = [repository.commit('one'), repository.commit('fix'), repository.commit('two')];
    await deployed('cart', 'staging', 1, { to: 'main', commit: first });
    await deployed('cart', 'production', 2, { to: 'main', commit: first });
    await deployed('cart', 'production', 3, { to: 'main', commit: hotfix });
    await deployed('cart', 'staging', 4, { to: 'main', commit: next });
    const git = { baseUrl: `file://${join(folder, 'origin')}`, token: null, folder: join(folder, 'mirrors') };

    expect(await compared('cart', now, git)).toMatchObject({ verdict: 'reference-only' });
    await mirrorWith(git, 'acme/cart', [hotfix, next]);
    expect(await compared('cart', now, git)).toMatchObject({
      verdict: 'pending-promotion',
      why: 'staging runs what contains main, and more',
    });
  });
});

describe('what else the timeline knows of an environment', () => {
  it('is the newest state of each flag', async () => {
    const flag = (key: string, fields: Partial<Statement>): Partial<Statement> => ({
      kind: 'flag',
      phase: 'happened',
      source: 'launchdarkly',
      details: { flag: key },
      ...fields,
    });
    await tell('production', 1, flag('new-checkout', { after: { state: 'on' }, before: { state: 'off' } }));
    await tell('production', 3, flag('new-checkout', { after: { rollout: '50 %' } }));
    await tell('production', 2, flag('dark-mode', { after: { state: 'off' } }));
    await tell('staging', 4, flag('dark-mode', { after: { state: 'on' } }));

    expect(await flagStates(database.db, 'production', now)).toMatchObject([
      { key: 'dark-mode', state: 'state: off' },
      { key: 'new-checkout', state: 'rollout: 50 %, state: on', at: new Date('2026-11-20T03:00Z') },
    ]);
    expect(await flagStates(database.db, 'production', new Date('2026-11-20T01:30Z'))).toMatchObject([
      { key: 'new-checkout', state: 'state: on' },
    ]);
  });

  it('is when its data were refreshed', async () => {
    expect(await dataRefreshedAt(database.db, 'staging')).toBeNull();
    const done: Partial<Statement> = { kind: 'maintenance', phase: 'happened' };
    await tell('staging', 5, { ...done, title: 'Staging data refreshed' });
    await tell('staging', 7, { ...done, title: 'Kernel updated' });
    await tell('staging', 8, { ...done, phase: 'failed', title: 'Restore of the dump of production' });
    expect(await dataRefreshedAt(database.db, 'staging')).toEqual(new Date('2026-11-20T05:00Z'));
    await tell('staging', 9, { ...done, title: 'Nightly job', details: { message: 'anonymised copy of production' } });
    expect(await dataRefreshedAt(database.db, 'staging')).toEqual(new Date('2026-11-20T09:00Z'));
    expect(await dataRefreshedAt(database.db, 'production')).toBeNull();
  });
});
