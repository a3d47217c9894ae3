import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, afterAll, describe, expect, it } from 'vitest';
import { isObject, textOf } from '../playground/json.ts';
import { type Slack, startSlack } from '../playground/slack.ts';
import { rateLimited, serverError } from '../playground/slack/faults.ts';
import { type View, personOf } from '../playground/slack/workspace.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { directoryOf } from '../src/config/people.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { gitHubLoginsOf } from '../src/domain/people/directory.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { peopleLines, peopleReport } from '../src/cli/doctor-people.ts';
import { changePreferences } from '../src/preferences/preferences.ts';
import { type People, createNamesOf } from '../src/people/people.ts';
import { type Slack as SlackApp, createSlack } from '../src/slack/app.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { peopleHandler, startPeople } from '../src/start/people.ts';
import type { Question } from '../src/domain/question.ts';
import { anAnswer } from './answers.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { incidentParts } from './incident-parts.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const usual = ['commands', 'chat:write', 'im:write', 'im:history', 'app_mentions:read', 'users:read'];

let database: TestDatabase;
let time: Date;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  time = new Date('2026-11-20T10:00:00Z');
  await emptyTables(
    database.db,
    `people_links, people_conflicts, people_standings, people_finds, people_email_scope, slack_posts,
    slack_requests, preferences`,
  );
});

let world: World;
afterEach(() => world.stop());

type World = Awaited<ReturnType<typeof start>>;

/** The app, with settings that may name the members of the workspace: `@ada` is her member id. */
async function start({ yaml = '', scopes = usual }: { yaml?: string; scopes?: readonly string[] } = {}) {
  const slack: Slack = await startSlack({
    signingSecret: 'a-signing-secret',
    botToken: 'xoxb-bot',
    scopes,
    people: [
      { name: 'ada', realName: 'Ada Lovelace', timezone: 'Europe/London', membership: 'member' },
      { name: 'grace', realName: 'Grace Hopper', timezone: 'America/New_York', membership: 'member' },
      { name: 'barbara', realName: 'Barbara', timezone: 'Europe/London', membership: 'member', admin: true },
      { name: 'guest', realName: 'Guest', timezone: 'Europe/Paris', membership: 'guest' },
      { name: 'partner', realName: 'Partner', timezone: 'Europe/Paris', membership: 'external' },
    ],
    channels: [{ name: 'ops', topic: '', bot: true, people: ['ada', 'grace', 'barbara', 'guest', 'partner'] }],
  });
  const idOf = (user: string) => personOf(slack.workspace, user).id;
  const written = yaml.replaceAll(/\$(\w+)/g, (_all, user: string) => idOf(user));
  const settings = readSettings(written);
  const environment = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-bot',
    SLACK_SIGNING_SECRET: 'a-signing-secret',
    SLACK_API_URL: slack.apiUrl,
  });
  if (settings.outcome === 'invalid') throw new Error(settings.problems.join('\n'));
  if (environment.outcome === 'invalid') throw new Error(environment.problems.join('\n'));
  const { db } = database;
  const catalog = catalogOf(settings.settings);
  const options = {
    configuration: { environment: environment.environment, settings: settings.settings },
    db,
    logger: pino({ enabled: false }),
    now: () => time,
  };
  const people: People = startPeople(options);
  const job = await peopleHandler(options, people);
  const asked: Question[] = [];
  const app: SlackApp = await createSlack({
    access: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
    apiUrl: slack.apiUrl,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve({ outcome: 'answer', answer: anAnswer({ askedAt: time }) });
    },
    db,
    catalog,
    defaultEnvironment: 'production',
    ...incidentParts(db, catalog),
    people,
    log: pino({ enabled: false }),
    now: () => time,
    vocabulary: () => Promise.resolve({ environments: new Map(), services: new Map() }),
  });
  const server: Server = createServer((request, response) => app.requestListener?.(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  slack.connect(`http://127.0.0.1:${address.port}/slack/events`);
  const methods = () => slack.calls.map(({ method }) => method);

  return {
    slack,
    people,
    asked,
    idOf,
    methods,
    settings: settings.settings,
    tend: () => job({}, new AbortController().signal),
    /** What `/since` answers. */
    since: async (user: string, text: string): Promise<string> => {
      const before = seen(user).length;
      await slack.slash('/since', text, { user, channel: 'ops' });
      for (let tries = 0; tries < 500 && seen(user).length === before; tries += 1) await soon();
      return seen(user).at(-1) ?? '';
    },
    home: async (user: string): Promise<View> => {
      const calls = slack.calls.length;
      await slack.event({ type: 'app_home_opened', user: idOf(user), tab: 'home', channel: 'D1', event_ts: '1.1' });
      return published(user, calls);
    },
    press: async (view: View, user: string, action: string, blockId: string): Promise<View> => {
      const calls = slack.calls.length;
      await slack.click({ view }, { user, action, blockId, values: [] });
      return published(user, calls);
    },
    direct: (user: string) => slack.messages(personOf(slack.workspace, user).directChannel, user),
    stop: async () => {
      await app.stop();
      server.close();
      await slack.close();
    },
  };

  function seen(user: string): readonly string[] {
    const own = slack.messages('ops', user).filter(({ onlyFor }) => onlyFor === idOf(user));
    for (const { text, blocks } of own) expect(blockKitProblems({ text, blocks })).toEqual([]);
    return own.map(({ text, blocks }) => `${text}\n${JSON.stringify(blocks)}`);
  }

  async function published(user: string, calls: number): Promise<View> {
    for (let tries = 0; tries < 500; tries += 1) {
      const call = slack.calls
        .slice(calls)
        .find(({ method, args }) => method === 'views.publish' && args['user_id'] === idOf(user));
      const home = slack.workspace.homes.get(idOf(user));
      if (call !== undefined && home !== undefined) {
        expect(call.response).toMatchObject({ ok: true });
        return home;
      }
      await soon();
    }
    throw new Error(`nothing was shown to ${user}`);
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 10));
const later = (milliseconds: number) => {
  time = new Date(time.getTime() + milliseconds);
};

function wordsOf(view: View): string {
  return view.blocks
    .map((block) => (isObject(block['text']) ? textOf(block['text']['text']) : JSON.stringify(block['elements'] ?? '')))
    .join('\n');
}

describe('what somebody says of themselves', () => {
  it('makes their changes theirs, until they take it back', async () => {
    world = await start();
    const { people, idOf } = world;

    expect(await world.since('ada', '2h by:me')).toContain('/since link github');
    expect(await world.since('ada', 'link github Ada-L')).toContain('ada-l is you from now on');
    await world.since('ada', 'link git “Ada Lovelace”');

    expect(await people.personOf('ADA-L')).toEqual({ slackId: idOf('ada'), name: 'Ada Lovelace' });
    expect(await people.personOf('Ada Lovelace <whoever@example.com>')).toMatchObject({ slackId: idOf('ada') });
    expect(await people.identitiesOf(idOf('ada'))).toEqual(['ada lovelace', 'ada-l']);
    expect(await createNamesOf({ db: database.db, settings: directoryOf(world.settings) })(['Ada-L'])).toEqual(
      new Map([['ada-l', ['ada lovelace', 'ada-l']]]),
    );
    await world.since('ada', '2h by:me');
    expect(world.asked.at(-1)?.actor).toBe('ada lovelace');
    expect(await world.since('ada', 'links')).toContain('github, you said so');

    expect(await world.since('ada', 'unlink ada-l')).toContain('is not you any more');
    expect(await people.personOf('ada-l')).toEqual({ slackId: null, name: 'ada-l' });
    expect(await people.identitiesOf(idOf('ada'))).toEqual(['ada lovelace']);
  });

  it('is a login at GitHub where they said that it is one there', async () => {
    world = await start();
    await world.since('ada', 'link github ada-l');
    await world.since('ada', 'link gitlab ada.l');
    const directory = await world.people.directoryOf({ identities: ['ada.l'] });

    expect(gitHubLoginsOf(directory, world.idOf('ada'))).toEqual(['ada-l']);
  });

  it('counts no more when they have left', async () => {
    world = await start();
    await world.since('ada', 'link github ada-l');
    world.slack.deactivate('ada');

    later(2 * hour);

    expect(await world.people.personOf('ada-l')).toEqual({ slackId: null, name: 'ada-l' });
    expect(await world.people.identitiesOf(world.idOf('ada'))).toEqual([]);
    expect(await world.since('grace', 'link github ada-l')).toContain('is you from now on');
    expect(await world.people.personOf('ada-l')).toMatchObject({ slackId: world.idOf('grace') });
  });

  it('is not taken from guests and people of other organisations', async () => {
    world = await start();

    for (const user of ['guest', 'partner']) await world.since(user, 'link github ada-l');

    expect(await database.db.selectFrom('people_links').selectAll().execute()).toEqual([]);
  });

  it('stands back behind the settings', async () => {
    world = await start({ yaml: 'people: [{ name: ada, slack: $ada, github: ada-l, gitlab: ada.l }]' });

    expect(await world.since('grace', 'link gitlab ada.l')).toContain('the settings say that ada.l is ada');
    expect(await world.since('ada', 'link github ada-l')).toContain('is you already');
    expect(await world.since('ada', 'unlink ada-l')).toContain('the settings say that ada-l is you');
    expect(await world.people.identitiesOf(world.idOf('ada'))).toEqual(['ada-l', 'ada.l', 'ada']);
  });

  it('has no effect any more when the settings say something else', async () => {
    world = await start({ yaml: 'people: [{ name: ada, slack: $ada, github: ada-l }]' });
    const grace = world.idOf('grace');
    const before = { identity: 'ada-l', kind: 'github', slack_id: grace, said_by: grace } as const;
    await database.db
      .insertInto('people_links')
      .values({ ...before, said_at: time, decided: false })
      .execute();

    expect(await world.people.personOf('ada-l')).toEqual({ slackId: world.idOf('ada'), name: 'ada' });
    expect(await world.since('grace', 'links')).toContain('without effect');
  });

  it('makes nobody a team or an owner that the settings name', async () => {
    world = await start({ yaml: "services: { checkout: { owners: ['@payments-team'], lead: '@lea' } }" });

    for (const name of ['payments-team', 'Lea']) {
      expect(await world.since('ada', `link github ${name}`)).toContain('who looks after a service');
    }
    expect(await world.people.personOf('@payments-team')).toEqual({ slackId: null, name: '@payments-team' });
  });

  it('says who somebody of the settings is in Slack', async () => {
    world = await start({ yaml: 'people: [{ name: nils, github: nils-g, email: nils@example.org }]' });
    await world.since('ada', 'link github nils-g');

    expect(await world.people.personOf('N <nils@example.org>')).toEqual({ slackId: world.idOf('ada'), name: 'nils' });
    expect(await world.since('grace', 'link email nils@example.org')).toContain('has said before');
  });
});

describe('a name that two people say is theirs', () => {
  beforeEach(async () => {
    world = await start();
    await world.since('ada', 'link github ada-l');
  });

  it('stays with the first, and both are told once', async () => {
    const refused = await world.since('grace', 'link github ada-l');
    await world.since('grace', 'link github ada-l');
    for (let round = 0; round < 3; round += 1) {
      await world.tend();
      later(minute);
    }

    expect(refused).toContain(`<@${world.idOf('ada')}> has said before that ada-l is theirs`);
    expect(await world.people.personOf('ada-l')).toMatchObject({ slackId: world.idOf('ada') });
    expect(world.direct('ada').map(({ text }) => text)).toEqual([
      expect.stringContaining(`<@${world.idOf('grace')}> says that ada-l is theirs`),
    ]);
  });

  it('is told when Slack is back', async () => {
    await world.since('grace', 'link github ada-l');
    world.slack.failNext('chat.postMessage', serverError);
    await world.tend().catch(() => undefined);
    later(minute);
    await world.tend();
    later(minute);
    await world.tend();

    expect(world.direct('ada')).toHaveLength(1);
  });

  it('is told after the quiet hours of who has it', async () => {
    // It is 10:00 for ada.
    await changePreferences(database.db, world.idOf('ada'), { quiet: { from: '09:00', to: '11:00' } }, time);
    await world.since('grace', 'link github ada-l');
    await world.tend();
    expect(world.direct('ada')).toEqual([]);

    later(hour);
    await world.tend();

    expect(world.direct('ada')).toHaveLength(1);
  });

  it('is decided by an administrator, and by nobody else', async () => {
    await world.since('grace', 'link github ada-l');
    expect(wordsOf(await world.home('ada'))).not.toContain('Who is this?');
    const home = await world.home('barbara');
    expect(wordsOf(home)).toContain('It is Grace Hopper');

    const refused = await world.press(home, 'grace', 'people_decide_1', 'people:ada-l');
    expect(wordsOf(refused)).toContain('Only administrators');
    expect(await world.people.personOf('ada-l')).toMatchObject({ slackId: world.idOf('ada') });

    const decided = await world.press(home, 'barbara', 'people_decide_1', 'people:ada-l');
    expect(wordsOf(decided)).toContain(`<@${world.idOf('grace')}> from now on`);
    expect(wordsOf(decided)).not.toContain('Who is this?');
    expect(await world.people.personOf('ada-l')).toMatchObject({ slackId: world.idOf('grace') });
    expect(await world.since('ada', 'link github ada-l')).toContain('an administrator decided');
  });

  it('may be nobody', async () => {
    await world.since('grace', 'link github ada-l');
    await world.press(await world.home('barbara'), 'barbara', 'people_decide_4', 'people:ada-l');

    expect(await world.people.personOf('ada-l')).toEqual({ slackId: null, name: 'ada-l' });
    expect(await world.since('grace', 'link github ada-l')).toContain('is nobody here');
  });

  it('is free when the first gives it up', async () => {
    await world.since('grace', 'link github ada-l');
    await world.since('ada', 'unlink ada-l');

    expect(wordsOf(await world.home('barbara'))).not.toContain('Who is this?');
    expect(await world.since('grace', 'link github ada-l')).toContain('is you from now on');
  });

  it('is the first who says so of two at once', async () => {
    const by = ['grace', 'barbara'].map(world.idOf);
    const claims = await Promise.all(
      by.map((each) => world.people.claim({ kind: 'git', identity: 'the same', by: each })),
    );

    expect(claims.map(({ outcome }) => outcome).toSorted()).toEqual(['conflict', 'linked']);
  });
});

describe('e-mail addresses', () => {
  it('are asked about only with the scope for it', async () => {
    world = await start();
    await world.people.surely({ identities: ['Ada <ada@example.com>'] });
    await world.tend();
    await world.tend();

    expect(await world.people.personOf('Ada <ada@example.com>')).toEqual({ slackId: null, name: 'Ada' });
    expect(world.methods()).not.toContain('users.lookupByEmail');
    expect(await database.db.selectFrom('people_finds').selectAll().execute()).toEqual([]);
    expect(peopleLines(await peopleReport(database.db)).join(' ')).toContain('users:read.email, which is optional');
  });

  it('are those of Slack with it, asked about once, and of full members only', async () => {
    world = await start({ scopes: [...usual, 'users:read.email'] });
    await world.tend();
    const mails = ['ada', 'guest', 'partner', 'nobody'].map((name) => `${name}@example.com`);
    for (const mail of mails) await world.people.personOf(mail);
    await world.tend();
    const found = await Promise.all(mails.map(async (mail) => (await world.people.personOf(mail))?.slackId));
    for (let round = 0; round < 3; round += 1) {
      later(day);
      await world.people.directoryOf({ identities: mails });
      await world.tend();
    }

    expect(found).toEqual([world.idOf('ada'), null, null, null]);
    expect(await world.people.identitiesOf(world.idOf('ada'))).toEqual(['ada@example.com']);
    expect(world.methods().filter((method) => method === 'users.lookupByEmail')).toHaveLength(4);
    expect(world.methods()).not.toContain('users.list');
    expect(await world.since('grace', 'link email ada@example.com')).toContain('has said before');
  });

  it('are asked about a few at a time, and again after a limit', async () => {
    world = await start({ scopes: [...usual, 'users:read.email'] });
    await world.tend();
    const mails = Array.from({ length: 70 }, (_, index) => `p${index}@example.com`);
    await world.people.directoryOf({ identities: mails });
    const asked = () => world.methods().filter((method) => method === 'users.lookupByEmail').length;

    await world.tend();
    await world.tend();
    expect(asked()).toBe(30);
    later(2 * minute);
    world.slack.failNext('users.lookupByEmail', rateLimited(30));
    await expect(world.tend()).rejects.toThrow();
    later(2 * minute);
    await world.tend();
    expect(asked()).toBe(61);
  });

  it('that git hosts hide people behind are nobody’s', async () => {
    world = await start({ scopes: [...usual, 'users:read.email'] });
    await world.tend();
    await world.people.directoryOf({ identities: ['Ada <12+ada-l@users.noreply.github.com>', 'noreply@example.com'] });

    expect(await database.db.selectFrom('people_finds').selectAll().execute()).toEqual([]);
  });

  it('are forgotten when the scope is taken away', async () => {
    world = await start({ scopes: [...usual, 'users:read.email'] });
    await world.tend();
    await world.people.surely({ identities: ['ada@example.com'] });
    expect(await world.people.personOf('ada@example.com')).toMatchObject({ slackId: world.idOf('ada') });
    await world.stop();
    world = await start();
    await world.tend();

    expect(await world.people.personOf('ada@example.com')).toEqual({ slackId: null, name: 'ada@example.com' });
  });
});

describe('whom the settings name', () => {
  const yaml = `
people:
  - { name: ada, slack: $ada, github: ada-l }
  - { name: gus, slack: $guest, github: gus-h }
  - { name: pat, slack: $partner, github: pat-n }
`;

  it('is text when they are a guest or of another organisation', async () => {
    world = await start({ yaml });
    const people = await Promise.all(['ada-l', 'gus-h', 'pat-n'].map((who) => world.people.personOf(who)));

    expect(people).toEqual([
      { slackId: world.idOf('ada'), name: 'ada' },
      { slackId: null, name: 'gus' },
      { slackId: null, name: 'pat' },
    ]);
  });

  it('is asked about once an hour, and is who they were while Slack does not answer', async () => {
    world = await start({ yaml });
    const info = () => world.methods().filter((method) => method === 'users.info').length;
    await world.people.personOf('ada-l');
    await world.people.personOf('ada-l');
    expect(info()).toBe(1);

    later(2 * hour);
    world.slack.outage('users.info', serverError);

    expect(await world.people.personOf('ada-l')).toEqual({ slackId: world.idOf('ada'), name: 'ada' });
    expect(await world.people.personOf('gus-h')).toEqual({ slackId: null, name: 'gus' });
    await expect(world.people.surely({ identities: ['ada-l'] })).rejects.toThrow();
  });

  it('is asked about only when they are concerned, however many there are', async () => {
    const many = Array.from(
      { length: 50_000 },
      (_, index) => `  - { name: p${index}, slack: U0MANY${index}, github: g${index} }`,
    );
    world = await start({ yaml: `people:\n${many.join('\n')}` });

    expect(await world.people.personOf('g49999')).toEqual({ slackId: null, name: 'p49999' });
    await world.people.directoryOf({ identities: many.map((_, index) => `g${index}`) });

    expect(world.methods().filter((method) => method === 'users.info')).toHaveLength(11);
  });
});
