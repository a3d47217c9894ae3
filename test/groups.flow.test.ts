import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Slack, startSlack } from '../playground/slack.ts';
import { serverError } from '../playground/slack/faults.ts';
import { personOf } from '../playground/slack/workspace.ts';
import { groupFindings } from '../src/cli/doctor/groups.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { groupsNamed, restrictedServices } from '../src/config/restricted-services.ts';
import { readSettings } from '../src/config/settings.ts';
import { openDatabase } from '../src/database/pool.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { groupsChanged, readGroups, viewersOf, wantGroups } from '../src/people/groups.ts';
import { groupsHandler } from '../src/start/groups.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

const hour = 3_600_000;
const granted = ['users:read', 'usergroups:read'];

let database: TestDatabase;
let time: Date;
let slack: Slack;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  time = new Date('2026-11-20T10:00:00Z');
  await emptyTables(database.db, 'people_groups, people_group_reading');
  slack = await startWorkspace(granted);
});
afterEach(() => slack.close());

const later = (milliseconds: number) => {
  time = new Date(time.getTime() + milliseconds);
};

function startWorkspace(scopes: readonly string[]): Promise<Slack> {
  return startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    scopes,
    people: ['ada', 'grace', 'alan'].map((name) => ({
      name,
      realName: name,
      timezone: 'Europe/London',
      membership: 'member',
    })),
    channels: [],
  });
}

/** The service as far as groups are concerned, with `payroll` owned so. */
async function serve(owners: string, more: { yaml?: string; at?: Slack; db?: TestDatabase['db'] } = {}) {
  const { yaml = '', at = slack, db = database.db } = more;
  const settings = readSettings(`services: { payroll: { restricted: true, owners: [${owners}] } }\n${yaml}`);
  const environment = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-bot',
    SLACK_SIGNING_SECRET: 'a-signing-secret',
    SLACK_API_URL: at.apiUrl,
  });
  if (settings.outcome === 'invalid') throw new Error(settings.problems.join('\n'));
  if (environment.outcome === 'invalid') throw new Error(environment.problems.join('\n'));
  const logged: string[] = [];
  const now = () => time;
  const job = await groupsHandler({
    configuration: { environment: environment.environment, settings: settings.settings },
    db,
    logger: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    now,
  });
  const restricted = restrictedServices(settings.settings);
  const viewerOf = viewersOf({ db, now }, restricted);
  await wantGroups(db, groupsNamed(restricted));
  return {
    logged,
    read: () => job({}, new AbortController().signal),
    sees: async (user: string): Promise<boolean> =>
      (await viewerOf(personOf(slack.workspace, user).id)).hidden.length === 0,
    anybodySees: async (): Promise<boolean> => (await viewerOf(null)).hidden.length === 0,
    doctor: async () => (await groupFindings(db, settings.settings, time)).map(({ state, what }) => `${state} ${what}`),
  };
}

const kept = async () => ({
  groups: (await database.db.selectFrom('people_groups').select('named').orderBy('named').execute()).map(
    ({ named }) => named,
  ),
  members: (await database.db.selectFrom('people_group_members').select('member').execute()).length,
});

describe('a group of Slack that owns a restricted service', () => {
  it.each([
    ['its handle', () => `'@payroll-team'`],
    ['its handle without @', () => 'Payroll-Team'],
    ['its id', (id: string) => id],
    ['its id as Slack writes it', (id: string) => `'<!subteam^${id}|@payroll-team>'`],
  ])('has its members see it, named by %s, and nobody else', async (_what, written) => {
    const id = slack.createGroup('payroll-team', ['ada']);
    const service = await serve(written(id));
    expect(await service.sees('ada')).toBe(false);
    expect(await service.doctor()).toEqual([expect.stringContaining('Slack has not been asked who is in it yet')]);

    await service.read();

    expect(await service.sees('ada')).toBe(true);
    expect(await service.sees('grace')).toBe(false);
    expect(await service.anybodySees()).toBe(false);
    expect(await service.doctor()).toEqual(['ok Slack tells who is in 1 group of owners']);
    expect(service.logged).toEqual([]);
  });

  it('has who left it see no more, and who came to it', async () => {
    const id = slack.createGroup('payroll-team', ['ada', 'grace']);
    const service = await serve(id);
    await service.read();
    await slack.changeGroup(id, { people: ['grace', 'alan'] });
    later(hour);
    await service.read();

    expect(await service.sees('ada')).toBe(false);
    expect(await service.sees('grace')).toBe(true);
    expect(await service.sees('alan')).toBe(true);
  });

  it('adds to the people who own it, each on their own', async () => {
    slack.createGroup('payroll-team', ['ada']);
    const alan = personOf(slack.workspace, 'alan').id;
    const service = await serve(`'@payroll-team', ${alan}`);

    expect(await service.sees('alan')).toBe(true);
    await service.read();
    expect([await service.sees('ada'), await service.sees('alan'), await service.sees('grace')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is nobody while the scope is not granted, and says what to do', async () => {
    slack.createGroup('payroll-team', ['ada']);
    await serve(`'@payroll-team'`).then((before) => before.read());
    await using bare = Object.assign(await startWorkspace(['users:read']), {
      [Symbol.asyncDispose]: (): Promise<void> => bare.close(),
    });
    later(hour);
    const service = await serve(`'@payroll-team'`, { at: bare });
    expect(await service.sees('ada')).toBe(true);

    await service.read();

    expect(bare.calls.at(-1)).toMatchObject({ method: 'usergroups.list', response: { error: 'missing_scope' } });
    expect(await service.sees('ada')).toBe(false);
    expect((await kept()).members).toBe(0);
    expect(await service.doctor()).toEqual([
      'warning the group @payroll-team owns a restricted service and nobody of it sees it: ' +
        'the scope usergroups:read, which is optional, was not granted',
    ]);
    expect(service.logged.join('')).toContain('usergroups:read');
    // It was granted since.
    later(hour);
    const again = await serve(`'@payroll-team'`);
    await again.read();
    expect(await again.sees('ada')).toBe(true);
  });

  it('has no members while it is disabled', async () => {
    const id = slack.createGroup('payroll-team', ['ada']);
    const service = await serve(id);
    await service.read();
    await slack.changeGroup(id, { disabled: true });
    later(hour);
    await service.read();

    expect(await service.sees('ada')).toBe(false);
    expect(await service.doctor()).toEqual([expect.stringContaining('it is disabled in Slack')]);
    await slack.changeGroup(id, { disabled: false });
    later(hour);
    await service.read();
    expect(await service.sees('ada')).toBe(true);
  });

  it('is believed for a day while Slack cannot be asked, and no longer', async () => {
    slack.createGroup('payroll-team', ['ada']);
    const service = await serve(`'@payroll-team'`);
    await service.read();
    slack.outage('usergroups.list', serverError);
    later(23 * hour);
    await expect(service.read()).rejects.toThrow();

    expect(await service.sees('ada')).toBe(true);
    expect(service.logged).toEqual([]);
    later(hour);
    await expect(service.read()).rejects.toThrow();
    expect(await service.sees('ada')).toBe(false);
    expect(await service.doctor()).toEqual([expect.stringContaining('not told who is in it since 2026-11-20T10:00')]);
    await expect(service.read()).rejects.toThrow();
    expect(service.logged).toHaveLength(1);
  });

  it('keeps its id when it is renamed, and its handle means whoever has it', async () => {
    const id = slack.createGroup('payroll-team', ['ada']);
    const byId = await serve(id);
    await byId.read();
    await slack.changeGroup(id, { handle: 'salaries' });
    later(hour);
    await byId.read();
    expect(await byId.sees('ada')).toBe(true);

    const byOldHandle = await serve(`'@payroll-team'`);
    await byOldHandle.read();
    expect(await byOldHandle.sees('ada')).toBe(false);
    expect(await byOldHandle.doctor()).toEqual([expect.stringContaining('Slack has no such group')]);

    const byHandle = await serve(`'@salaries'`);
    await byHandle.read();
    expect(await byHandle.sees('ada')).toBe(true);
  });

  it('is told of once when Slack does not have it', async () => {
    slack.createGroup('payroll-team', ['ada']);
    const service = await serve(`'@payrol-team'`);
    await service.read();
    await service.read();

    expect(service.logged).toHaveLength(1);
    expect(service.logged[0]).toContain('the group @payrol-team owns a restricted service');
    expect(await service.doctor()).toEqual([expect.stringContaining('warning the group @payrol-team')]);
    expect(await service.sees('ada')).toBe(false);
  });

  it('is not meant by the name of a person, whatever groups are called so', async () => {
    slack.createGroup('payroll', ['ada']);
    const service = await serve(`'@payroll'`, { yaml: 'people: [{ name: payroll, github: payroll-bot }]' });
    await service.read();

    expect(await service.sees('ada')).toBe(false);
    expect(slack.calls).toEqual([]);
  });

  it('is asked about and kept only when the settings name it', async () => {
    slack.createGroup('payroll-team', ['ada', 'grace']);
    slack.createGroup('others', ['alan']);
    await serve(`'@payroll-team'`).then(({ read }) => read());
    expect(await kept()).toEqual({ groups: ['payroll-team'], members: 2 });

    const without = await serve('U0SOMEBODY');
    await without.read();

    expect(await kept()).toEqual({ groups: [], members: 0 });
    expect(slack.calls).toHaveLength(1);
  });
});

describe('several processes', () => {
  it('see the same, whichever of them asks Slack', async () => {
    const id = slack.createGroup('payroll-team', ['ada']);
    const other = await openDatabase({ url: database.url, dataDir: '', size: 2, log: pino({ enabled: false }) });
    try {
      const [first, second] = [await serve(id), await serve(id, { db: other.db })];
      await first.read();
      expect([await first.sees('ada'), await second.sees('ada')]).toEqual([true, true]);

      await slack.changeGroup(id, { people: [] });
      later(hour);
      await second.read();
      expect([await first.sees('ada'), await second.sees('ada')]).toEqual([false, false]);
    } finally {
      await other.stop();
    }
  });

  it('do not go back to what Slack said before', async () => {
    await serve(`'@payroll-team'`);
    const { db } = database;
    const ada = personOf(slack.workspace, 'ada').id;
    const answer = (members: readonly string[]) =>
      ({ outcome: 'told', groups: [{ id: 'S0000001', handle: 'payroll-team', disabled: false, members }] }) as const;
    const asked = time;
    // Asked before she left, and answered after.
    await readGroups(
      { db, now: () => asked },
      {
        all: async () => {
          const at = new Date(asked.getTime() + 1000);
          await readGroups({ db, now: () => at }, { all: () => Promise.resolve(answer([])) });
          return answer([ada]);
        },
      },
    );

    expect((await kept()).members).toBe(0);
  });

  it('look once at many changes that Slack tells of, and at none where nobody asks', async () => {
    const { db } = database;
    const jobs = () => database.pool.query(`select from graphile_worker.jobs where key = 'read-groups:changed'`);
    await groupsChanged({ db, now: () => time });
    expect((await jobs()).rowCount).toBe(0);

    await serve(`'@payroll-team'`);
    await groupsChanged({ db, now: () => time });
    await groupsChanged({ db, now: () => time });
    expect((await jobs()).rowCount).toBe(1);
  });
});

it('asks no database about groups where no service has one', async () => {
  const { db } = await openDatabase({
    url: 'postgresql://127.0.0.1:1/none',
    dataDir: '',
    size: 1,
    log: pino({ enabled: false }),
  });
  const viewerOf = viewersOf({ db, now: () => time }, [{ names: ['payroll'], owners: new Set(['U1']), groups: [] }]);

  expect(await viewerOf('U1')).toEqual({ hidden: [] });
  expect(await viewerOf('U2')).toEqual({ hidden: ['payroll'] });
});
