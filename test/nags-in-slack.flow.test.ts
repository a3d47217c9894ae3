import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../playground/slack/workspace.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import type { BackportPort } from '../src/slack/backports/port.ts';
import { backportPort } from '../src/start/backports-in-slack.ts';
import { startNags } from '../src/start/nags.ts';
import { startPeople } from '../src/start/people.ts';
import { emptyTables } from './database.ts';
import { type Story, endStories, fixed, now as noticed, pullRequest, repository, startStory } from './backports.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
let story: Story;
/** Friday, half past four in London, where ada is; she works until half past five. */
let time = noticed;
let port: BackportPort;
let tend: () => Promise<void>;
/** Another process. */
let another: () => Promise<void>;

const minutes = (count: number) => count * 60_000;
const later = (milliseconds: number) => {
  time = new Date(time.getTime() + milliseconds);
};
const at = (text: string) => {
  time = new Date(text);
};

beforeAll(async () => {
  const late: BackportPort = {
    list: (asked) => port.list(asked),
    get: (id) => port.get(id),
    decide: (id, decision, by) => port.decide(id, decision, by),
    openPull: (id, by) => port.openPull(id, by),
    rates: () => port.rates(),
    follow: (id) => port.follow(id),
  };
  world = await startSlackIncidents({ backports: late });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  await emptyTables(
    world.database.db,
    `nags, nag_steps, nag_cards, nag_people, people_standings, backport_decisions, backport_pulls,
    backport_picks`,
  );
  world.slack.setDnd('ada', null);
  world.slack.workspace.deactivated.clear();
  time = noticed;
  story = await startStory(world.database);
  const parts = configured();
  port = backportPort({ ...parts, people: startPeople({ ...parts, now: () => time }), now: () => time });
  tend = await process();
  another = await process();
  await story.deploy(1, 'staging', story.repo.head());
  await story.open(await story.deploy(2, 'production', story.begin));
  await hotfix('Retry payment calls (#798)', fixed);
  return endStories;
});

async function process(): Promise<() => Promise<void>> {
  const parts = configured();
  const people = startPeople({ ...parts, now: () => time });
  const job = await startNags({ ...parts, people, now: () => time });
  return () => job({}, new AbortController().signal);
}

function configured() {
  const read = readEnvironment({
    SLACK_BOT_TOKEN: 'xoxb-bot',
    SLACK_SIGNING_SECRET: 'a-signing-secret',
    SLACK_API_URL: world.slack.apiUrl,
    GIT_BASE_URL: story.git.baseUrl,
    DATA_DIR: story.git.folder,
    GITHUB_TOKEN: 'ghp_unused',
    GITHUB_API_URL: 'http://127.0.0.1:1',
  });
  const settings = readSettings(`
services:
  checkout: { repository: ${repository}, branches: { production: release, staging: main }, owners: ['@grace', '@payments-team'], channel: '#ops' }
people:
  - { name: ada, slack: ${world.idOf('ada')}, email: ada@example.com }
  - { name: grace, slack: ${world.idOf('grace')}, github: grace-h }
`);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  if (settings.outcome === 'invalid') throw new Error(settings.problems.join('\n'));
  const configuration = {
    environment: read.environment,
    settings: settings.settings,
    catalog: catalogOf(settings.settings),
  };
  return { configuration, db: world.database.db, logger: pino({ enabled: false }) };
}

let fixes = 3;

async function hotfix(title: string, content: string, file = 'src/checkout.ts'): Promise<string> {
  fixes += 1;
  const commit = story.on('release', title, { [file]: content });
  await story.open(await story.deploy(fixes, 'production', commit));
  return commit;
}

const inOps = (): readonly Message[] => world.slack.messages('ops', 'ada').filter(({ onlyFor }) => onlyFor === null);
const top = () => inOps().filter(({ threadTs }) => threadTs === null);
const thread = () => inOps().filter(({ threadTs }) => threadTs !== null);
const direct = (user: string): readonly Message[] => {
  const channel = world.slack.workspace.people.find(({ name }) => name === user)?.directChannel ?? '';
  return world.slack.messages(channel, user);
};
const only = (): Message => {
  const [message, ...others] = top();
  if (message === undefined || others.length > 0) throw new Error(`there are ${others.length} other messages`);
  return message;
};

/** Until all is said: a channel takes a message a second. */
async function told(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) {
    await tend();
    later(2000);
  }
}

/** The fix comes to what staging runs by a pull request that grace merged. */
async function merged(): Promise<string> {
  const commit = story.on('main', 'Retry payment calls, again (#821)', { 'src/checkout.ts': fixed });
  const url = `https://github.com/${repository}/pull/821`;
  await story.merge(30, 'main', commit, {
    pullRequest: { ...pullRequest(821, 'Retry payment calls, again', 'ada-l'), url, mergedBy: { login: 'grace-h' } },
  });
  return commit;
}

describe('the message of a backport', () => {
  it('stands in the channel of its service and follows it home', async () => {
    await told();

    expect(only().text).toContain('#798 "Retry payment calls" is in production, not in staging.');
    expect(only().text).toContain('owner ada');
    expect(only().text).toContain("I'll ask ada 2026-11-23 11:30 UTC, in a direct message.");

    const commit = await merged();
    await story.settle();
    later(minutes(10));
    await told();

    expect(only().text).toContain('has landed: the same patch landed in the branch that staging runs');
    expect(only().text).toContain('PR #821>, merged by grace-h)');

    await story.deploy(40, 'staging', commit);
    await story.settle();
    later(minutes(10));
    await told();

    expect(only().text).toMatch(
      /"Retry payment calls" is home: the same patch landed in staging as `[0-9a-f]{7}` \(<https:\S+\|PR #821>, merged by grace-h\), live since/,
    );
    expect(JSON.stringify(only().blocks)).not.toContain('"actions"');
    expect(direct('ada')).toEqual([]);
  });

  it('is one, whoever tells it and how often', async () => {
    await Promise.all([tend(), another(), tend()]);
    await told();
    later(minutes(5));
    await Promise.all([tend(), another()]);

    expect(top()).toHaveLength(1);
  });

  it('is told once when Slack was away, with all that has happened meanwhile', async () => {
    const over = world.slack.outage('all', { status: 503, headers: {}, response: { ok: false } });
    for (const hour of ['17:00', '17:20']) {
      at(`2026-11-20T${hour}:00Z`);
      await tend().catch(() => undefined);
    }
    for (const hour of ['09:30', '11:45', '14:00', '16:30']) {
      at(`2026-11-23T${hour}:00Z`);
      await tend().catch(() => undefined);
    }
    over();
    at('2026-11-24T10:00:00Z');
    await told();
    await told();

    expect(top()).toHaveLength(1);
    expect(direct('ada')).toHaveLength(1);
  });

  it('is posted no more when somebody deleted it', async () => {
    await told();
    await world.slack.remove(only());
    await merged();
    await story.settle();
    later(minutes(10));
    await told();

    expect(top()).toEqual([]);
  });

  it('is not told where the settings name no channel, and nobody is called there', async () => {
    await sql`update backports set service = 'nameless'`.execute(world.database.db);
    await told();

    expect(inOps()).toEqual([]);
  });
});

describe('whoever can act', () => {
  it('is asked after four of their working hours, once a day for all of theirs', async () => {
    await hotfix('Bound the ledger (#799)', 'const bounded = true;\nconst limits = [1, 2, 3];\n', 'src/limits.ts');
    at('2026-11-23T11:00:00Z');
    await told();

    expect(direct('ada')).toEqual([]);

    at('2026-11-23T11:40:00Z');
    await told();

    expect(direct('ada')).toHaveLength(1);
    expect(direct('ada')[0]?.text).toContain('2 fixes have not come home to staging, and you can move them.');
    expect(direct('ada')[0]?.text).toContain('#799');

    at('2026-11-23T15:00:00Z');
    await told();

    expect(direct('ada')).toHaveLength(1);
  });

  it('sees in the same message what came home since, and hears nothing more of it', async () => {
    await hotfix('Bound the ledger (#799)', 'const bounded = true;\nconst limits = [1, 2, 3];\n', 'src/limits.ts');
    at('2026-11-23T11:40:00Z');
    await told();
    const [before] = direct('ada');
    await story.deploy(40, 'staging', await merged());
    await story.settle();
    await told();
    const [after, ...others] = direct('ada');

    expect(after?.ts).toBe(before?.ts);
    expect(others).toEqual([]);
    expect(after?.text).toContain('One fix has not come home to staging, and you can move it. 1 is done.');
    expect(after?.text).toMatch(/#798 "Retry payment calls" .* home as/);
  });

  it('is left alone when they deleted it', async () => {
    at('2026-11-23T11:40:00Z');
    await told();
    const [message] = direct('ada');
    if (message !== undefined) await world.slack.remove(message);
    await story.deploy(40, 'staging', await merged());
    await story.settle();
    await told();

    expect(direct('ada')).toEqual([]);
  });

  it('is asked later when they do not want to be disturbed, and not less', async () => {
    world.slack.setDnd('ada', { from: new Date('2026-11-23T11:00:00Z'), to: new Date('2026-11-23T14:00:00Z') });
    at('2026-11-23T11:40:00Z');
    await told();

    expect(direct('ada')).toEqual([]);

    at('2026-11-23T14:05:00Z');
    await told();

    expect(direct('ada')).toHaveLength(1);
  });

  it('is asked no more once it is done', async () => {
    await told();
    const commit = await merged();
    await story.deploy(40, 'staging', commit);
    await story.settle();
    at('2026-11-23T11:40:00Z');
    await told();

    expect(direct('ada')).toEqual([]);
    expect(thread()).toEqual([]);
  });

  it('is a guest: they are not written to, and whoever owns the service is', async () => {
    await sql`update backports set owner = ${world.idOf('guest')}`.execute(world.database.db);
    for (const when of ['2026-11-23T12:00:00Z', '2026-11-23T17:00:00Z', '2026-11-23T21:00:00Z']) {
      at(when);
      await told();
    }

    expect(direct('guest')).toEqual([]);
    expect(direct('grace')).toHaveLength(1);
  });

  it('has left: the team hears of it in the thread, and no channel is called', async () => {
    await told();
    world.slack.deactivate('ada');
    at('2026-11-24T12:00:00Z');
    await told();

    expect(direct('ada')).toEqual([]);
    expect(thread()).toHaveLength(1);
    expect(thread()[0]).toMatchObject({ threadTs: only().ts });
    expect(thread()[0]?.text).toContain('payments-team, production has had');
    expect(JSON.stringify(thread()[0]?.blocks)).not.toMatch(/<!(?!date)/);
  });
});

it('asks the team after a day and the lead after three, and then nobody', async () => {
  await told();
  for (const day of ['23', '24', '25', '26', '27', '30']) {
    for (const hour of ['12:00', '17:00']) {
      at(`2026-11-${day}T${hour}:00Z`);
      await told();
    }
  }

  expect(top()).toHaveLength(1);
  expect(direct('ada')).toHaveLength(1);
  expect(thread()).toHaveLength(1);
  expect(thread()[0]?.text).toContain('I asked ada, and it has not moved');
  expect(only().text).toContain('I ask nobody again');
});

it('asks in the thread no more once it is home, and says so there', async () => {
  for (const when of ['2026-11-20T16:31:00Z', '2026-11-23T12:00:00Z', '2026-11-24T12:00:00Z']) {
    at(when);
    await told();
  }
  const asked = thread();
  await story.deploy(40, 'staging', await merged());
  await story.settle();
  later(minutes(10));
  await told();
  const [line, ...others] = thread();

  expect(asked.map(({ text }) => text)).toEqual([expect.stringContaining('What is missing')]);
  expect(others).toEqual([]);
  expect(line?.ts).toBe(asked[0]?.ts);
  expect(line?.text).toMatch(
    /^#798 "Retry payment calls" came home 2026-\d\d-\d\d \d\d:\d\d UTC: nobody is asked any more\.$/,
  );
  expect(JSON.stringify(line?.blocks)).not.toContain('"actions"');
});

describe('what people press', () => {
  it('opens one pull request, however many press', async () => {
    await told();
    await Promise.all([world.press(only(), 'backport_open'), world.press(only(), 'backport_open', { user: 'grace' })]);
    const words = [world.lastTold('ada', 'ops').text, world.lastTold('grace', 'ops').text].toSorted();

    expect(words[0]).toContain('I am opening the pull request');
    expect(words[1]).toContain('It is being opened already');

    await told();

    expect(only().text).toContain('The pull request is being opened.');

    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from graphile_worker.jobs where task_identifier = 'open-backport-pull'
    `.execute(world.database.db);

    expect(rows).toEqual([{ count: 1 }]);
  });

  it('is in its message within seconds', async () => {
    await told();
    await world.press(only(), 'backport_snooze', { values: [`release:${await id()}`] });

    const { rows } = await sql<{ run_at: Date }>`
      select run_at from graphile_worker.jobs where task_identifier = 'tend-nags'
    `.execute(world.database.db);

    expect(rows.length).toBeGreaterThan(0);

    await told();

    expect(only().text).toContain(`<@${world.idOf('ada')}> put it off until the next release of production.`);

    await world.press(only(), 'backport_wake', { user: 'grace' });
    await told();

    expect(only().text).not.toContain('put it off until');
  });

  it('lists what is theirs, and what they can move, for nobody else to see', async () => {
    await told();

    expect(await world.type('/backports', '', { user: 'ada', channel: 'random' })).toContain('1 backport is yours');
    expect(await world.type('/backports', '', { user: 'grace', channel: 'random' })).toContain(
      'The one backport that is not done is not yours',
    );
    expect(await world.type('/backports', 'checkout', { user: 'grace', channel: 'random' })).toContain('#798');
    // Who puts on staging what has landed.
    await merged();
    await story.settle();

    expect(await world.type('/backports', 'mine', { user: 'grace', channel: 'random' })).toContain('landed as');
  });

  it('hands it over to whoever looks after it, by their name', async () => {
    await told();
    await world.press(only(), 'backport_useless', { values: [`wrong-owner:${await id()}`] });
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { owner: world.idOf('grace') } });
    await told();

    expect(only().text).toContain('owner grace');
    expect(await port.rates()).toContainEqual({ rule: 'deploy', told: 1, useless: 1, demoted: false });
  });
});

async function id(): Promise<string> {
  const [backport] = await story.list();
  if (backport === undefined) throw new Error('there is no backport');
  return backport.id;
}
