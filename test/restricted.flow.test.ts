import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readGroups, wantGroups } from '../src/people/groups.ts';
import { createSlackGroups } from '../src/slack/slack-groups.ts';
import { createAsk } from '../src/timeline/ask.ts';
import { createToken } from '../src/timeline/tokens.ts';
import { catalog, type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';
import { type TestService, startTestService } from './test-service.ts';

/** What nobody but its owners may read, wherever it is asked. */
const secrets = /payroll|pay-api|Raise the salaries|mallory|7\.7\.7/i;
const now = new Date();
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

describe('a restricted service in the API', () => {
  const settings = `
services:
  Payroll: { restricted: true, aliases: [pay-api], owners: ['@ada'] }
  checkout: { depends_on: [payroll] }
people: [{ name: ada, slack: U0ADA }]
parity: [{ reference: production, mirror: staging }]
incidents: { freeze_at: sev1 }
`;
  let service: TestService;
  let admin: string;
  let incidents: string[];

  beforeAll(async () => {
    service = await startTestService({ settings });
    const { db } = service.database;
    admin = (await createToken(db, { name: 'root', scopes: ['admin'], now })).token;
    const secret = {
      kind: 'deploy',
      environment: 'production',
      service: 'Pay_API',
      title: 'Raise the salaries',
      actor: { name: 'mallory' },
      to: '7.7.7',
      status: 'succeeded',
    };
    await post('/api/changes', [
      { ...secret, occurred_at: ago(30).toISOString() },
      { ...secret, kind: 'merge', environment: null, to: null, occurred_at: ago(31).toISOString() },
      {
        kind: 'deploy',
        environment: 'production',
        service: 'checkout',
        title: 'Deploy checkout 1.0',
        to: '1.0',
        occurred_at: ago(40).toISOString(),
      },
    ]);
    const opened = [
      { title: 'Raise the salaries fails', services: ['payroll'], environment: 'production', severity: 'critical' },
      { title: 'Checkout is down', services: ['checkout'], environment: 'production' },
    ];
    incidents = [];
    for (const incident of opened) incidents.push(String((await post('/api/incidents', incident))['id']));
    for (const [environment, value] of [
      ['production', '1'],
      ['staging', '2'],
    ]) {
      await post('/api/snapshots', {
        environment,
        collector: 'settings',
        taken_at: ago(5).toISOString(),
        complete: true,
        facts: [
          { service: 'payroll', facet: 'env', key: 'SALARY', value },
          { facet: 'config', key: 'deploy/payroll.replicas', value },
          { service: 'checkout', facet: 'env', key: 'POOL', value },
        ],
      });
    }
    await db
      .insertInto('backports')
      .values({
        state: 'open',
        service: 'payroll',
        reference: 'production',
        mirror: 'staging',
        repository: 'acme/payroll',
        title: 'Raise the salaries',
        why: 'staging lacks it',
        owner: 'mallory',
        imported: false,
        opened_at: ago(20),
        recorded_at: ago(20),
      })
      .execute();
  });
  afterAll(() => service.stop());

  async function post(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.tokens.ingest}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }

  async function get(path: string, token = service.tokens.read): Promise<string> {
    const response = await fetch(`${service.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return response.text();
  }

  const surfaces: readonly string[] = [
    '/api/changes?since=2h',
    '/api/changes?since=2h&environment=production',
    '/api/changes?since=2h&environment=production&service=checkout',
    '/api/changes?since=2h&q=the',
    '/api/changes?since=2h&kind=deploy&actor=',
    '/api/changes?since=last%20deploy',
    '/api/changes?since=prod~0',
    '/api/changes?since=prod~1',
    '/api/changes?since=last%20deploy%20of%20checkout',
    '/api/changes?since=INC-1&environment=production',
    '/api/changes?since=INC-2&environment=production',
    '/api/parity',
    '/api/parity?service=checkout',
    '/api/backports',
    '/api/backports?state=open',
    '/api/incidents',
    '/api/incidents?status=open',
    '/api/incidents/INC-1',
    '/api/incidents/INC-2',
    '/api/measures',
  ];

  it.each(surfaces)('is not told of at %s', async (path) => {
    const answered = await get(path);

    expect(answered).not.toBe('');
    expect(answered.match(secrets)).toBeNull();
  });

  it.each(['/api/changes?since=2h', '/api/parity', '/api/backports', '/api/incidents'])(
    'is told of at %s to a token that may do everything',
    async (path) => {
      expect(await get(path, admin)).toMatch(secrets);
    },
  );

  it.each([
    ['the name', '/api/changes?since=2h&service=payroll'],
    ['an alias', '/api/changes?since=2h&service=pay-api'],
    ['whoever did it', '/api/changes?since=2h&actor=mallory'],
    ['words of the title', '/api/changes?since=2h&q=salaries'],
  ])('is not found by %s', async (_what, path) => {
    expect(JSON.parse(await get(path))).toMatchObject({ changes: [], total: 0, by_service: [], suspects: [] });
  });

  it('counts what it does not show, and no more finely than by place and time', async () => {
    const counts = async (query: string) =>
      (JSON.parse(await get(`/api/changes?${query}`)) as { restricted: number }).restricted;

    expect(await counts('since=2h')).toBe(2);
    expect(await counts('since=2h&environment=production')).toBe(1);
    expect(await counts('since=2h&q=salaries')).toBe(2);
    expect(await counts('since=2h&q=nothing')).toBe(2);
    expect(JSON.parse(await get('/api/parity'))).toMatchObject({ restricted: 3 });
    expect(JSON.parse(await get('/api/backports'))).toMatchObject({ restricted: 1 });
  });

  it.each(['payroll', 'checkout'])('is not told of when its incident freezes what %s is asked for', async (name) => {
    const answered = await get(
      `/api/gate?service=${name}&environment=production&version=2.0`,
      name === 'payroll' ? admin : undefined,
    );

    expect(answered).toContain('the freeze of a private incident is on');
    expect(answered).not.toContain('INC-1');
  });

  it('opens no gate for who may not see it', async () => {
    const answered = await get('/api/gate?service=payroll&environment=production&version=1.0');

    expect(answered).toContain('scope admin');
    expect(answered).not.toContain('salaries');
  });

  it('hides one incident of two', async () => {
    expect(incidents).toHaveLength(2);
    expect(JSON.parse(await get('/api/incidents'))).toMatchObject({ incidents: [{ title: 'Checkout is down' }] });
    expect(await get('/api/incidents/INC-1')).toContain('no such incident');
  });
});

describe.each([
  ['people', (ada: string) => `[${ada}]`],
  ['a group', () => `['@payroll-team']`],
])('a restricted service of %s in Slack', (_whose, owners) => {
  let setup: SlackIncidents;

  beforeAll(async () => {
    setup = await startSlackIncidents({
      settings: (idOf) =>
        `services: { payroll: { restricted: true, owners: ${owners(idOf('ada'))} }, checkout: { depends_on: [payroll] } }`,
      scopes: ['usergroups:read'],
      asks: (db) =>
        createAsk({
          db,
          catalog,
          sources: [],
          defaultEnvironment: 'production',
          namesOf: () => Promise.resolve(new Map()),
          releases: { window: null, freezes: [], mirrors: new Map() },
        }),
    });
    setup.slack.createGroup('payroll-team', ['ada']);
    const { db } = setup.database;
    await wantGroups(db, ['payroll-team']);
    const access = { botToken: 'xoxb-bot', apiUrl: setup.slack.apiUrl, log: pino({ enabled: false }) };
    await readGroups({ db, now: () => now }, createSlackGroups(access));
  });
  afterAll(() => setup.stop());
  beforeEach(async () => {
    await setup.clear();
    await setup.deployed('payroll', '7.7.7', ago(30), { title: 'Raise the salaries', actor: { login: 'mallory' } });
    await setup.deployed('checkout', '1.0', ago(40));
  });

  it.each(['2h', '2h checkout', 'last deploy', 'prod~1', '2h in production', '24h'])(
    'is not told of to others who ask /since %s',
    async (question) => {
      const told = await setup.type('/since', question, { user: 'grace', channel: 'ops' });

      expect(told.match(secrets)).toBeNull();
    },
  );

  it('is not told of in /parity', async () => {
    const told = await setup.type('/parity', 'production vs staging', { user: 'grace', channel: 'ops' });

    expect(told).not.toBe('');
    expect(told.match(secrets)).toBeNull();
  });

  it('is told of to its owners, and to others that something is not shown', async () => {
    expect(await setup.type('/since', '2h', { user: 'ada', channel: 'ops' })).toMatch(/salaries|7\.7\.7/);
    expect(await setup.type('/since', '2h', { user: 'grace', channel: 'ops' })).toContain(
      '1 change of a restricted service is not shown.',
    );
  });

  it('is not understood by its name where nobody may know it', async () => {
    const told = await setup.type('/since', '2h zzz', { user: 'grace', channel: 'ops' });
    const withoutIds = (text: string) => text.replaceAll(/"block_id":"[^"]*"/g, '');
    const named = await setup.type('/since', '2h payroll', { user: 'grace', channel: 'ops' });

    expect(withoutIds(named.replaceAll('payroll', 'zzz'))).toBe(withoutIds(told));
  });

  it('is not told of in a channel, whoever asks or shares there', async () => {
    const { slack } = setup;
    await slack.mention('2h', { user: 'ada', channel: 'ops' });
    await setup.settled();
    await setup.type('/since', '2h', { user: 'ada', channel: 'ops' });
    await setup.press(setup.lastTold('ada', 'ops'), 'since_share');
    const open = slack.messages('ops', 'grace').filter(({ onlyFor }) => onlyFor === null);

    expect(open.length).toBeGreaterThan(0);
    expect(JSON.stringify(open.map(({ text, blocks }) => [text, blocks])).match(secrets)).toBeNull();
  });

  it('is not told of in incidents, nor on the home of others', async () => {
    await setup.database.db
      .insertInto('incidents')
      .values({
        title: 'Raise the salaries fails',
        symptom: '',
        severity: null,
        environment: 'production',
        services: ['payroll'],
        started_at: ago(10),
        opened_at: ago(10),
      })
      .execute();
    const { id } = (await setup.incidents())[0] ?? { id: '' };
    const list = await setup.type('/incident', 'note something', { user: 'grace', channel: 'ops' });
    const named = await setup.type('/incident', `INC-${id} timeline`, { user: 'grace', channel: 'ops' });
    await setup.slack.openHome('grace');
    await setup.settled();
    const home = JSON.stringify(setup.slack.workspace.homes.get(setup.idOf('grace'))?.blocks ?? []);

    for (const shown of [list, named, home]) {
      expect(shown.length).toBeGreaterThan(20);
      expect(shown.match(secrets)).toBeNull();
    }
    expect(await setup.type('/incident', `INC-${id} timeline`, { user: 'ada', channel: 'ops' })).toMatch(secrets);
  });
});
