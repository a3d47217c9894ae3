import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Slack, startSlack } from '../playground/slack.ts';
import type { Service } from '../src/start/service.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { slackVariables, startWatchingService } from './watching-service.ts';

const soon = { timeout: 20_000, interval: 20 };

let folder: string;
let file: string;
let database: TestDatabase;
let slack: Slack;
let services: Service[];
let logged: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-groups-'));
  file = join(folder, 'sincewhen.yml');
  database = await createTestDatabase();
  services = [];
  logged = [];
  slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    people: ['ada', 'grace'].map((name) => ({ name, realName: name, timezone: 'Europe/London', membership: 'member' })),
    channels: [{ name: 'ops', topic: '', bot: true }],
  });
});
afterEach(async () => {
  for (const service of services) await service.stop();
  await slack.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

/** The whole service, one more process of it at each call. What waits a few seconds waits for nothing: a minute is over. */
async function start(): Promise<Service> {
  const service = await startWatchingService(
    { databaseUrl: database.url, file, environment: slackVariables(slack.apiUrl) },
    {
      logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
      now: () => new Date(Date.now() - 60_000),
    },
  );
  services.push(service);
  return service;
}

function own(owners: string): void {
  writeFileSync(file, `services: { payroll: { restricted: true, owners: [${owners}] } }\n`);
}

async function deployPayroll({ url }: Service): Promise<void> {
  const { token } = await createToken(database.db, { name: 'ingest', scopes: ['ingest'], now: new Date() });
  const posted = await fetch(`${url}/api/changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'deploy',
      environment: 'production',
      service: 'payroll',
      title: 'Raise the salaries',
      to: '7.7.7',
      status: 'succeeded',
      occurred_at: new Date(Date.now() - 600_000).toISOString(),
    }),
  });
  expect(posted.status).toBe(202);
}

/** What this process answers to `/since 2h`. */
async function told(service: Service, user: string): Promise<string> {
  slack.connect(`${service.url}/slack/events`);
  const before = answers(user).length;
  await slack.slash('/since', '2h', { user, channel: 'ops' });
  await vi.waitFor(() => expect(answers(user).length).toBeGreaterThan(before), soon);
  return JSON.stringify(answers(user).at(-1));
}

const answers = (user: string) => slack.messages('ops', user).filter(({ onlyFor }) => onlyFor !== null);
const members = async () => (await database.pool.query('select member from people_group_members')).rowCount;

it('shows what a group owns to its members, in every process, until Slack tells that they left', async () => {
  const id = slack.createGroup('payroll-team', ['ada']);
  own(`'@payroll-team'`);
  const [first, second] = [await start(), await start()];
  await vi.waitFor(async () => expect(await members()).toBe(1), soon);
  await deployPayroll(first);

  for (const service of [first, second]) {
    expect(await told(service, 'ada')).toContain('7.7.7');
    expect(await told(service, 'grace')).not.toContain('7.7.7');
  }

  await slack.changeGroup(id, { people: ['grace'] });
  await vi.waitFor(async () => {
    const { rows } = await database.pool.query('select member from people_group_members');
    expect(rows).toEqual([{ member: slack.workspace.people.find(({ name }) => name === 'grace')?.id }]);
  }, soon);

  for (const service of [first, second]) {
    expect(await told(service, 'ada')).not.toContain('7.7.7');
    expect(await told(service, 'grace')).toContain('7.7.7');
  }
}, 60_000);

it('follows the settings while it runs, and says of which group Slack knows nothing', async () => {
  slack.createGroup('payroll-team', ['ada']);
  own(`'@payrol-team'`);
  const service = await start();
  await deployPayroll(service);
  await vi.waitFor(() => expect(logged.join('')).toContain('the group @payrol-team owns a restricted service'), soon);
  expect(await told(service, 'ada')).not.toContain('7.7.7');

  own(`'@payroll-team'`);
  await vi.waitFor(async () => expect(await members()).toBe(1), soon);
  await vi.waitFor(() => expect(logged.join('')).toContain('was edited, and is in force'), soon);
  expect(await told(service, 'ada')).toContain('7.7.7');

  own('U0SOMEBODY');
  await vi.waitFor(async () => expect(await members()).toBe(0), soon);
  await vi.waitFor(async () => expect(await told(service, 'ada')).not.toContain('7.7.7'), soon);
}, 60_000);
