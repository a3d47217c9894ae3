import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Service } from '../src/start/service.ts';
import { processUser } from '../src/config/process-user.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { makeWorkTree } from './work-tree.ts';
import { startWatchingService } from './watching-service.ts';

let folder: string;
let file: string;
let database: TestDatabase;
let service: Service;
let token: string;
let logged: { readonly level: number; readonly msg: string; readonly changed?: string[] }[];

/** The whole service, with a real settings file at which it looks every few milliseconds. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-settings-'));
  file = join(folder, 'sincewhen.yml');
  writeFileSync(file, 'services: { checkout: {} }\n');
  database = await createTestDatabase();
  logged = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  service = await startWatchingService({ databaseUrl: database.url, file }, { logger });
  ({ token } = await createToken(database.db, { name: 'all', scopes: ['ingest', 'read'], now: new Date() }));
});
afterEach(async () => {
  await service.stop();
  await database.close();
  rmSync(folder, { recursive: true });
});

const headers = () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

/** The services of a change that names it so. */
async function servicesOf(name: string): Promise<unknown> {
  const body = JSON.stringify({ kind: 'config', title: `edit of ${name} ${Math.random()}`, service: name });
  const posted = await fetch(`${service.url}/api/changes`, { method: 'POST', headers: headers(), body });
  expect(posted.status).toBe(202);
  const row = await database.db
    .selectFrom('changes')
    .select('services')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.services;
}

const ready = async (): Promise<unknown> => (await fetch(`${service.url}/readyz`)).json();
const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
const said = (words: string) => logged.filter(({ msg }) => msg.includes(words));
const heard = (words: string, count = 1) => vi.waitFor(() => expect(said(words)).toHaveLength(count), 20_000);
const taken = (count = 1) => heard('was edited, and is in force', count);

it('takes over a settings file that is edited while it runs, on the same port', async () => {
  expect(await servicesOf('shop')).toEqual(['shop']);

  const before = service.url;
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\n');
  await taken();

  expect(said('is in force')).toMatchObject([{ changed: ['services'] }]);
  expect(service.url).toBe(before);
  expect(await servicesOf('shop')).toEqual(['checkout']);
  expect(await ready()).toMatchObject({ ready: true, settings: { ok: true }, jobs: { ok: true } });
  expect(await metrics()).toContain('sincewhen_settings_reloads_total{outcome="taken"} 1');
}, 60_000);

it('says in the log where nobody says why it was edited, and starts nothing for words about an edit alone', async () => {
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\n');
  await taken();
  expect(said('no reason given')).toMatchObject([{ level: 40, msg: expect.stringContaining(file) }]);

  writeFileSync(file, 'services: { hush');
  await heard('those from before stay in force');
  const edited = 'edited: { by: ada, why: as it was called }\n';
  writeFileSync(file, `${edited}services: { checkout: { aliases: [shop] } }\n`);
  await heard('says again what is in force');
  expect(said('was edited, and is in force')).toHaveLength(1);

  writeFileSync(file, `${edited}services: { checkout: { aliases: [kasse] } }\n`);
  await taken(2);

  expect(said('no reason given')).toHaveLength(1);
  expect((await decided()).map(({ actor }) => actor)).toEqual([processUser(), processUser(), 'ada']);
}, 60_000);

it('audits who committed the edit, and in which words', async () => {
  const tree = makeWorkTree(join(folder, 'tree'));
  const grace = { name: 'Grace', email: 'grace@example.com' };
  tree.commit('Call checkout shop too', { 'its.yml': 'services: { checkout: { aliases: [shop] } }\n' }, grace);
  // At once, as by what keeps a clone up to date: it is committed by the time that it is looked at.
  symlinkSync(join(folder, 'tree', 'its.yml'), join(folder, 'next'));
  renameSync(join(folder, 'next'), file);
  await taken();

  expect(await decided()).toMatchObject([
    { kind: 'settings-read', actor: processUser() },
    { kind: 'settings-changed', actor: 'Grace', reason: 'Call checkout shop too' },
  ]);
  expect(said('no reason given')).toEqual([]);
}, 60_000);

it('keeps the old when it is edited to nonsense, and says why until it is mended', async () => {
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\nservces: { hush: {} }\n{{{');
  await heard('those from before stay in force');

  const [line] = said('those from before stay in force');
  expect(line?.level).toBe(50);
  expect(line?.msg).toContain(`${file}, line `);
  expect(await servicesOf('shop')).toEqual(['shop']);
  const state = await ready();
  expect(state).toMatchObject({ ready: true, settings: { ok: false, reason: expect.stringMatching(/\(line \d/) } });
  expect(JSON.stringify(state)).not.toContain('hush');
  expect(await metrics()).toContain('sincewhen_settings_valid 0');

  writeFileSync(file, 'services: { checkout: {} } # as it was\n');
  await heard('says again what is in force');

  expect(await ready()).toMatchObject({ settings: { ok: true } });
  expect(await metrics()).toContain('sincewhen_settings_valid 1');
  expect(said('was edited, and is in force')).toEqual([]);
}, 60_000);

it('keeps the old when the file has gone', async () => {
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\n');
  await taken();
  rmSync(file);
  await heard('those from before stay in force');

  expect(await servicesOf('shop')).toEqual(['checkout']);
}, 60_000);

interface ToldChange {
  readonly title: string;
  readonly risks: readonly { readonly name: string; readonly text: string }[];
}

/** What the rules on changes say of a deploy and a flag of now, by their names. */
async function risks(): Promise<readonly string[]> {
  const answered = await fetch(`${service.url}/api/changes?since=2h&environment=production`, { headers: headers() });
  const { changes } = (await answered.json()) as { changes: readonly ToldChange[] };
  return changes.flatMap((change) => change.risks.map(({ name }) => `${change.title}: ${name}`)).toSorted();
}

const decided = () =>
  database.db
    .selectFrom('decisions')
    .select(['kind', 'actor', 'reason', sql<readonly string[]>`details -> 'changed'`.as('changed')])
    .where('about', '=', 'settings')
    .orderBy('id')
    .execute();

it('takes over rules, freezes and the release window, and audits each edit with who and what', async () => {
  const place = { environment: 'production', service: 'checkout' };
  const body = [
    { kind: 'deploy', title: 'deploy', to: '1.0', status: 'succeeded', ...place },
    { kind: 'flag', title: 'flag', ...place },
  ];
  const posted = await fetch(`${service.url}/api/changes`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify(body),
  });
  expect(posted.status).toBe(202);
  expect(await risks()).toEqual(['flag: flag-without-reason']);

  const before = 'services: { checkout: {} }\nenvironments: { production: {}, staging: {} }\n';
  const [yesterday, tomorrow] = [-1, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  const otherDay = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7];
  const frozen = `${before}freezes: [{ name: sale, from: ${yesterday}, to: ${tomorrow}, environments: [production] }]\n`;
  const late = `${before}release_window: { days: [${otherDay}], from: '09:00', to: '16:00', timezone: UTC }\n`;
  writeFileSync(file, frozen);
  await taken(1);
  expect(await risks()).toEqual(['deploy: freeze', 'flag: flag-without-reason', 'flag: freeze']);

  writeFileSync(file, `${frozen}rules: { freeze: off, flag-without-reason: off }\n`);
  await taken(2);
  expect(await risks()).toEqual([]);

  writeFileSync(file, late);
  await taken(3);
  expect(await risks()).toEqual(['deploy: window', 'flag: flag-without-reason']);

  expect(await decided()).toEqual([
    {
      kind: 'settings-read',
      actor: processUser(),
      reason: null,
      changed: expect.arrayContaining(['rules', 'services.checkout']),
    },
    {
      kind: 'settings-changed',
      actor: processUser(),
      reason: null,
      changed: ['environments.production', 'environments.staging', 'freezes'],
    },
    { kind: 'settings-changed', actor: processUser(), reason: null, changed: ['rules'] },
    { kind: 'settings-changed', actor: processUser(), reason: null, changed: ['freezes', 'release_window', 'rules'] },
  ]);
}, 60_000);

it.each([
  ['a rule that is none', 'rules: { no-such-rule: off }', 'no-such-rule is not a setting'],
  ['a rule that is neither on nor off', 'rules: { freeze: perhaps }', 'rules.freeze'],
  ['tuning that is none', 'rules: { unreviewed: { approvals: many } }', 'rules.unreviewed.approvals is not a number'],
])(
  'keeps the old rules when it is edited to %s, says why, and audits nothing',
  async (_, nonsense, why) => {
    writeFileSync(file, `services: { checkout: { aliases: [shop] } }\n${nonsense}\n`);
    await heard('those from before stay in force');

    expect(said('those from before stay in force')[0]?.msg).toContain(why);
    expect(said('those from before stay in force')[0]?.msg).toContain('line 2');
    expect(await servicesOf('shop')).toEqual(['shop']);
    expect((await decided()).map(({ kind }) => kind)).toEqual(['settings-read']);
  },
  60_000,
);

it('audits no settings with which the service could not be started', async () => {
  await sql`alter table deliveries rename to elsewhere`.execute(database.db);
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\n');
  await heard('cannot be started with it');
  await sql`alter table elsewhere rename to deliveries`.execute(database.db);

  expect((await decided()).map(({ kind }) => kind)).toEqual(['settings-read']);
}, 60_000);

/** Over connections that are kept, as senders do. */
function send(agent: Agent, title: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${service.url}/api/changes`, { method: 'POST', agent, headers: headers() }, (response) => {
      text(response).then(() => resolve(response.statusCode ?? 0), reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ kind: 'config', title, service: 'checkout' }));
  });
}

it('loses and refuses no delivery while it takes over one edit after another', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statuses: number[] = [];
  const flow = new AbortController();
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    for (let n = 0; !flow.signal.aborted; n += 1) statuses.push(await send(agent, `edit ${sender} ${n}`));
  });
  for (let edit = 1; edit <= 4; edit += 1) {
    writeFileSync(file, `services: { checkout: { aliases: [name-${edit}] } }\n`);
    await taken(edit);
  }
  flow.abort();
  await Promise.all(senders);
  agent.destroy();
  const { count } = await database.db
    .selectFrom('changes')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();

  expect(new Set(statuses)).toEqual(new Set([202]));
  expect(Number(count)).toBe(statuses.length);
  expect(statuses.length).toBeGreaterThan(50);
}, 90_000);

it('stops while it takes over an edit', async () => {
  writeFileSync(file, 'services: { checkout: { aliases: [shop] } }\n');
  await vi.waitFor(() => expect(logged.length).toBeGreaterThan(0));
  await service.stop();

  await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
}, 60_000);
