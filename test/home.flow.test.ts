import { subDays, subHours, subMinutes } from 'date-fns';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isObject, textOf } from '../playground/json.ts';
import type { View } from '../playground/slack/workspace.ts';
import type { Statement } from '../src/domain/event.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { asTheyWant } from '../src/start/nags.ts';
import { record } from '../src/timeline/record.ts';
import { emptyTables } from './database.ts';
import { anAnswer, aSource } from './answers.ts';
import { backportsInMemory } from './backports-port.ts';
import { aPull, aView } from './nag-views.ts';
import { parityInMemory } from './parity-port.ts';
import { type SlackIncidents, catalog, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
const backports = backportsInMemory();
const parity = parityInMemory();

beforeAll(async () => {
  world = await startSlackIncidents({
    parity: parity.port,
    backports: backports.port,
    settings: (idOf) => `
people:
  - { name: ada, slack: ${idOf('ada')}, github: Ada-L, email: ada@example.com }
services:
  checkout: { owners: ['@ada'] }
  ledger: { owners: ['@ada', '@payments-team'] }
  search: { owners: ['@somebody-else'] }
`,
  });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  await emptyTables(world.database.db, 'preferences, source_pings, nag_people');
  backports.held.views = [];
  backports.held.followed.length = 0;
  parity.held.acceptances.length = 0;
  world.ask.mockImplementation(() => Promise.resolve({ outcome: 'answer', answer: anAnswer() }));
});

const ago = (minutes: number) => subMinutes(new Date(), minutes);
const sha = (digit: string) => digit.repeat(40);
let told = 0;

async function tell(statement: Partial<Statement>, at: Date): Promise<string> {
  told += 1;
  const { repository, commit, commits, pullRequest } = statement;
  const all = [commit, ...(commits ?? []).map((each) => each.sha)].filter((each) => each !== undefined);
  const event = {
    statement: {
      key: `home:${told}`,
      source: 'github',
      occurredAt: at.toISOString(),
      clock: 'source' as const,
      phase: 'happened' as const,
      ...statement,
    },
    identities: [{ type: 'test', value: String(told) }],
    mentions: [
      ...all.map((each) => ({ type: 'commit', value: `${repository}@${each}` })),
      ...(pullRequest === undefined ? [] : [{ type: 'pull-request', value: `${repository}#${pullRequest.number}` }]),
    ],
  };
  const delivery = { replayed: '00000000-0000-7000-8000-000000000001' };
  const { recorded } = await world.database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: new Date() }));
  return recorded[0]?.changeIds[0] ?? '';
}

function merged(number: number, commit: string, at: Date, more: Partial<Statement> = {}) {
  const title = `Change ${number}`;
  return tell(
    {
      kind: 'merge',
      repository: 'acme/checkout',
      serviceName: 'checkout',
      commit,
      title,
      actor: { login: 'grace-h' },
      pullRequest: { repository: 'acme/checkout', number, title, author: { login: 'ada-l' } },
      ...more,
    },
    at,
  );
}

function deployed(environmentName: string, commit: string, at: Date, more: Partial<Statement> = {}) {
  return tell(
    {
      kind: 'deploy',
      environmentName,
      serviceName: 'checkout',
      repository: 'acme/checkout',
      commit,
      to: commit,
      ...more,
    },
    at,
  );
}

async function homeOf(user: string): Promise<View> {
  await world.slack.openHome(user);
  return published(user);
}

async function published(user: string): Promise<View> {
  await world.settled();
  const home = world.slack.workspace.homes.get(world.idOf(user));
  if (home === undefined) throw new Error(`nothing was shown to ${user}`);
  expect(blockKitProblems({ type: 'home', blocks: home.blocks })).toEqual([]);
  return home;
}

async function press(view: View, action: string, more: { user?: string; blockId?: string; values?: string[] } = {}) {
  await world.slack.click({ view }, { user: 'ada', action, ...more });
  return published(more.user ?? 'ada');
}

function words(view: View): string {
  return view.blocks
    .map((block) => (isObject(block['text']) ? textOf(block['text']['text']) : JSON.stringify(block['elements'] ?? '')))
    .join('\n');
}

describe('my changes on their way', () => {
  it('are told by where they have come to, what needs a look first', async () => {
    await merged(1, sha('1'), ago(300));
    await merged(2, sha('2'), ago(200));
    await merged(3, sha('3'), ago(100));
    await merged(4, sha('4'), ago(90));
    await merged(5, sha('5'), ago(80));
    await deployed('production', sha('1'), ago(290));
    await deployed('staging', sha('2'), ago(190));
    await deployed('production', sha('3'), ago(60));
    // Back to what was there before.
    const back = await deployed('production', sha('1'), ago(30), { kind: 'rollback' });
    await deployed('production', sha('4'), ago(2), { phase: 'started' });
    expect(back).not.toBe('');

    const lines = words(await homeOf('ada'))
      .split('\n')
      .filter((line) => line.includes('"Change'));

    expect(lines.map((line) => /"(Change \d)"/.exec(line)?.[1])).toEqual([
      'Change 3',
      'Change 4',
      'Change 2',
      'Change 5',
      'Change 1',
    ]);
    expect(lines[0]).toMatch(/:rewind: \*rolled back\* from production .*#3 "Change 3" · checkout · merged </u);
    expect(lines[1]).toContain('*being deployed* to production');
    expect(lines[2]).toMatch(/\*in staging\* since .*, not in production yet/u);
    expect(lines[3]).toContain('*merged*, no deploy has brought it anywhere yet');
    expect(lines[4]).toContain('*in production* since');
  });

  it('are taken back by what the history of a rollback tells', async () => {
    await merged(1, sha('1'), ago(300));
    await deployed('production', sha('1'), ago(200));
    const back = await deployed('production', sha('9'), ago(30), { kind: 'rollback' });
    const relation = {
      previousId: '1',
      from: null,
      previousCommit: sha('1'),
      rollback: true,
      carried: {
        by: 'git',
        commits: [{ sha: sha('1'), title: 'x' }],
        pullRequests: [],
        total: 1,
        direction: 'backward',
        lost: 0,
      },
    };
    await sql`update changes set relation = ${JSON.stringify(relation)}::jsonb where id = ${back}`.execute(
      world.database.db,
    );

    expect(words(await homeOf('ada'))).toContain('*rolled back* from production');
  });

  it('are found by every name of a person, and those of others are not', async () => {
    await merged(1, sha('1'), ago(50), { actor: { email: 'ADA@example.com' }, pullRequest: undefined as never });
    await merged(2, sha('2'), ago(40), {
      pullRequest: { repository: 'acme/checkout', number: 2, title: 'Change 2', author: { login: 'grace-h' } },
    });

    const home = words(await homeOf('ada'));

    expect(home).toContain('"Change 1"');
    expect(home).not.toContain('"Change 2"');
  });

  it('leave the list when they have long arrived, and after two weeks', async () => {
    await merged(1, sha('1'), subDays(new Date(), 10));
    await deployed('production', sha('1'), subDays(new Date(), 9));
    await merged(2, sha('2'), subDays(new Date(), 15));

    expect(words(await homeOf('ada'))).toContain('Nothing of yours from the last 14 days is still on its way.');
  });

  it('are not guessed of somebody whom nobody has named', async () => {
    await merged(1, sha('1'), ago(50), { actor: { login: 'grace' } });

    const home = words(await homeOf('grace'));

    expect(home).toContain('I do not know what you are called on GitHub');
    expect(home).toContain('/since link github');
    expect(home).not.toContain('"Change 1"');
  });

  it('are letters, whatever they are called', async () => {
    for (const [index, title] of [
      '<!channel> *x*',
      '`code` <https://evil.example|click>',
      'x'.repeat(499),
      '"\u202E|',
    ].entries()) {
      await merged(index + 1, sha(String(index + 1)), ago(50 + index), {
        title,
        pullRequest: { repository: 'acme/checkout', number: index + 1, title, author: { login: 'ada-l' } },
      });
    }

    const home = words(await homeOf('ada'));

    expect(home).toContain('&lt;!channel&gt;');
    expect(home).not.toMatch(/<!channel>|<https:\/\/evil/u);
  });

  it('are counted beyond the eight that are shown', async () => {
    for (let number = 1; number <= 12; number += 1)
      await merged(number, sha('0').slice(2) + String(number + 10), ago(number));

    const home = words(await homeOf('ada'));

    expect(home.match(/"Change \d+"/gu)).toHaveLength(8);
    expect(home).toContain('4 besides');
  });
});

describe('what waits for me', () => {
  function mine(id: string, more: Parameters<typeof aView>[0] = {}) {
    const person = { slackId: world.idOf('ada'), name: 'ada' };
    return aView({ owner: person, actor: { person, task: 'open' }, ...more, backport: { id, ...more.backport } });
  }

  it('shows each backport of mine with what I can do at once', async () => {
    backports.held.views = [
      mine('17'),
      mine('18', { pull: aPull() }),
      aView({ backport: { id: '19', title: 'Of others' } }),
    ];

    const home = await homeOf('ada');

    expect(words(home)).toContain('Waits for you');
    expect(words(home)).not.toContain('Of others');
    const ids = home.blocks.flatMap(({ elements }) => (Array.isArray(elements) ? elements : [])).filter(isObject);
    const buttons = ids.map(({ action_id: id, value }) => [id, value]);
    expect(buttons).toContainEqual(['home_backport_open', '17']);
    expect(buttons).toContainEqual(['backport_pull', '18']);
    expect(words(await homeOf('grace'))).not.toContain('Waits for you');
  });

  it('is snoozed with one press, and the tab shows it', async () => {
    backports.held.views = [mine('17')];

    const after = await press(await homeOf('ada'), 'home_backport_snooze', { blockId: 'home-backport:17:open:0' });

    expect(backports.held.views[0]?.backport).toMatchObject({ snoozes: 1 });
    expect(backports.held.followed).toEqual(['17']);
    expect(words(after)).toContain('put off until');
    expect(words(after)).not.toContain('Snooze for 1 day');
  });

  it('asks for a reason elsewhere where it was put off often', async () => {
    backports.held.views = [mine('17', { backport: { snoozes: 3 } })];

    expect(words(await homeOf('ada'))).not.toContain('Snooze for 1 day');
  });

  it('has its pull request opened', async () => {
    backports.held.views = [mine('17')];

    const after = await press(await homeOf('ada'), 'home_backport_open');

    expect(backports.held.views[0]?.pull?.state).toBe('wanted');
    expect(words(after)).toContain('*I am opening the pull request.*');
  });

  it('says so of a backport that is gone meanwhile', async () => {
    backports.held.views = [mine('17')];
    const home = await homeOf('ada');
    backports.held.views = [];

    expect(words(await press(home, 'home_backport_open'))).toContain('I know that backport no more');
  });

  it('asks the second person, not who accepted nor who has nothing to do with it', async () => {
    const wish = { pair: { reference: 'production', mirror: 'staging' }, facet: 'env', impact: '', owner: null };
    const accept = (service: string | null, key: string, by: string) =>
      parity.port.accept(
        { ...wish, service, key, by, reason: 'less <!channel> traffic', expires: '2099-01-01', highRisk: true },
        new Date(),
      );
    await accept('checkout', 'POOL_SIZE', world.idOf('grace'));
    await accept('checkout', 'MY_OWN', world.idOf('ada'));
    await accept(null, 'EVERYWHERE', world.idOf('grace'));

    const home = await homeOf('ada');

    expect(words(home)).toContain('POOL_SIZE');
    expect(words(home)).toContain('EVERYWHERE');
    expect(words(home)).not.toContain('MY_OWN');
    expect(words(home)).not.toContain('<!channel>');
    expect(words(await homeOf('grace'))).not.toContain('POOL_SIZE');

    const after = await press(home, 'home_confirm', { blockId: 'home-accept:1' });

    expect(parity.held.acceptances[0]?.confirmedBy).toBe(world.idOf('ada'));
    expect(words(after)).toContain('*Confirmed*');
    expect(words(after).split('Waits for you')[1]).not.toContain('POOL_SIZE');
  });

  it('is listed by /parity too, with its button', async () => {
    await parity.port.accept(
      {
        pair: { reference: 'production', mirror: 'staging' },
        service: 'checkout',
        facet: 'env',
        key: 'POOL_SIZE',
        impact: '',
        owner: null,
        reason: 'less traffic',
        expires: '2099-01-01',
        by: world.idOf('grace'),
        highRisk: true,
      },
      new Date(),
    );

    const answer = await world.type('/parity', '', { user: 'ada', channel: 'random' });
    expect(answer).toContain('It takes a second person');
    await world.press(world.lastTold('ada', 'random'), 'parity_confirm');

    expect(parity.held.acceptances[0]?.confirmedBy).toBe(world.idOf('ada'));
    expect(world.lastTold('ada', 'random').text).toContain('*Confirmed*');
  });
});

describe('my services', () => {
  it('are those whose owners name me', async () => {
    const home = words(await homeOf('ada'));

    expect(home).toContain('Your services');
    expect(words(await homeOf('grace'))).not.toContain('Your services');
  });
});

describe('what I want', () => {
  const db = () => world.database.db;
  const availability = (timezone: string) => () => Promise.resolve({ timezone, dndUntil: null, active: true });

  it('is heeded by whoever reminds me', async () => {
    const first = await homeOf('ada');
    expect(words(first)).toContain('*Quiet hours*: none');
    const off = await press(first, 'home_reminders');
    expect(words(off)).toContain('*Reminders of backports*: off');
    await press(off, 'home_quiet_from', { values: ['12:00'] });
    const set = await press(await homeOf('ada'), 'home_quiet_to', { values: ['14:30'] });
    expect(words(set)).toContain('from 12:00 to 14:30');

    const asked = asTheyWant(db(), availability('Europe/London'), new Date('2026-11-20T13:00:00Z'));

    expect(await asked(world.idOf('ada'))).toEqual({
      timezone: 'Europe/London',
      active: true,
      dndUntil: new Date('2026-11-20T14:30:00Z'),
      reminders: false,
    });
    expect(await asked(world.idOf('grace'))).toMatchObject({ dndUntil: null, reminders: true });

    const none = await press(set, 'home_quiet_none');
    expect(words(none)).toContain('*Quiet hours*: none');
    expect(words(await press(none, 'home_reminders'))).toContain('*Reminders of backports*: on');
  });

  it('cannot be what is never or always', async () => {
    await press(await homeOf('ada'), 'home_quiet_from', { values: ['12:00'] });
    const after = await press(await homeOf('ada'), 'home_quiet_to', { values: ['12:00'] });

    expect(words(after)).toContain('cannot end when they begin');
    expect(words(after)).toContain('from 12:00 to 09:00');
  });

  it('is asked anew before I am told anything', async () => {
    await db()
      .insertInto('nag_people')
      .values({ slack_id: world.idOf('ada'), timezone: 'UTC', dnd_until: null, active: true, asked_at: new Date() })
      .execute();

    await press(await homeOf('ada'), 'home_reminders');

    expect(await db().selectFrom('nag_people').selectAll().execute()).toEqual([]);
  });
});

describe('whoever may not ask', () => {
  it.each(['guest', 'partner'])(
    '%s is shown nothing, and changes nothing with a press that was made up',
    async (user) => {
      backports.held.views = [aView({ owner: { slackId: world.idOf('ada'), name: 'ada' } })];
      const forged = await homeOf('ada');

      expect(words(await homeOf(user))).toMatch(/I only answer (?:full )?members/u);
      for (const action of ['home_reminders', 'home_backport_open', 'home_backport_snooze', 'home_refresh']) {
        expect(words(await press(forged, action, { user }))).toMatch(/I only answer (?:full )?members/u);
      }

      expect(await world.database.db.selectFrom('preferences').selectAll().execute()).toEqual([]);
      expect(backports.held.followed).toEqual([]);
    },
  );
});

it('shows the rest where a part cannot be read', async () => {
  await merged(1, sha('1'), ago(50));
  await sql`alter table preferences rename to elsewhere`.execute(world.database.db);

  const home = words(await homeOf('ada'));

  await sql`alter table elsewhere rename to preferences`.execute(world.database.db);
  expect(home).toContain('"Change 1"');
  expect(home).toContain('The last day');
  expect(home).not.toContain('What you want of me');
});

describe('a newcomer', () => {
  const waiting = () => anAnswer({ coverage: [aSource({ state: 'never', newest: null })] });

  it('is shown the one next step, and nothing else', async () => {
    world.ask.mockImplementation(() => Promise.resolve({ outcome: 'answer', answer: anAnswer({ coverage: [] }) }));
    const home = words(await homeOf('ada'));

    expect(home).toContain('Connect GitHub first');
    expect(home).not.toMatch(/Your changes|Waits for you|What you want/u);
  });

  it('waits for the first event, and sees the test event come in', async () => {
    world.ask.mockImplementation(() => Promise.resolve({ outcome: 'answer', answer: waiting() }));
    const before = await homeOf('ada');
    expect(words(before)).toContain('I am waiting for the first event of GitHub');
    await world.database.db
      .insertInto('source_pings')
      .values({ source: 'github', received_at: subHours(new Date(), 1) })
      .execute();

    const after = words(await press(before, 'home_refresh'));

    expect(after).toMatch(/The test event of GitHub has arrived, 1 h ago: the connection works/u);
  });
});
