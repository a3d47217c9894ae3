import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { personOf } from '../playground/slack/workspace.ts';
import { accept } from '../src/parity/acceptances.ts';
import { readGroups, wantGroups } from '../src/people/groups.ts';
import { createSlackGroups } from '../src/slack/slack-groups.ts';
import { emptyTables } from './database.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

const secrets = /payroll|Raise the salaries|SALARY|mallory/i;
const now = new Date();
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

let setup: SlackIncidents;

/** ada is of the group that owns payroll; whoever boss is in Slack, the settings do not say. */
beforeAll(async () => {
  setup = await startSlackIncidents({
    settings: () => `
services:
  payroll: { restricted: true, owners: ['@payroll-team', '@boss'] }
  checkout: {}
people: [{ name: boss, github: boss-g }]
parity: [{ reference: production, mirror: staging }]
`,
    more: ['payroll'],
    scopes: ['usergroups:read'],
  });
  setup.slack.createGroup('payroll-team', ['ada']);
  const { db } = setup.database;
  await wantGroups(db, ['payroll-team']);
  const access = { botToken: 'xoxb-bot', apiUrl: setup.slack.apiUrl, log: pino({ enabled: false }) };
  await readGroups({ db, now: () => now }, createSlackGroups(access));
  Object.assign(personOf(setup.slack.workspace, 'grace'), { admin: true });
});
afterAll(() => setup.stop());
beforeEach(async () => {
  await setup.clear();
  await emptyTables(setup.database.db, 'acceptances, people_links, people_standings, backports, snapshots, aliases');
  await setup.deployed('payroll', '7.7.7', ago(30), { title: 'Raise the salaries' });
});

const inOps = (user: string) => ({ user, channel: 'ops' });
const withoutIds = (text: string) => text.replaceAll(/"block_id":"[^"]*"/g, '');

async function home(user: string): Promise<string> {
  const { slack } = setup;
  const calls = slack.calls.length;
  await slack.openHome(user);
  await setup.settled();
  expect(slack.calls.slice(calls).map(({ method }) => method)).toContain('views.publish');
  return JSON.stringify(slack.workspace.homes.get(setup.idOf(user))?.blocks ?? []);
}

describe('what somebody accepted of a restricted service', () => {
  const wish = {
    pair: { reference: 'production', mirror: 'staging' },
    service: 'payroll',
    facet: 'env',
    key: 'SALARY',
    reason: 'Raise the salaries',
    impact: 'none',
    owner: null,
    must: null,
    expires: new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10),
    by: 'U0MALLORY',
    isRisky: true,
  };

  it('waits for its owners only in /parity and on the Home tab', async () => {
    await accept(setup.database.db, wish, now);

    expect(await setup.type('/parity', 'production vs staging', inOps('ada'))).toContain('SALARY');
    const told = await setup.type('/parity', 'production vs staging', inOps('grace'));
    expect(told.match(secrets)).toBeNull();
    expect(await home('ada')).toContain('SALARY');
    expect((await home('grace')).match(secrets)).toBeNull();
  });

  it('is not there for others who guess its number', async () => {
    const { id } = await accept(setup.database.db, wish, now);
    const guessed = await setup.type('/parity', `confirm ${id}`, inOps('grace'));

    expect(guessed.match(secrets)).toBeNull();
    expect(withoutIds(guessed)).toBe(withoutIds(await setup.type('/parity', 'confirm 999999', inOps('grace'))));
    const row = await setup.database.db.selectFrom('acceptances').select('confirmed_by').executeTakeFirstOrThrow();
    expect(row.confirmed_by).toBeNull();
    expect(await setup.type('/parity', `confirm ${id}`, inOps('ada'))).toContain('SALARY');
  });
});

it('has a name that others do not know in /backports and in the form of a subscription', async () => {
  const named = await setup.type('/backports', 'payroll', inOps('grace'));
  const unknown = await setup.type('/backports', 'zzz', inOps('grace'));
  expect(withoutIds(named.replaceAll('payroll', 'zzz'))).toBe(withoutIds(unknown));

  await setup.type('/since', 'subscribe production', inOps('grace'));
  expect(JSON.stringify(setup.openModal('grace').blocks)).not.toContain('payroll');
  await setup.type('/since', 'subscribe production', inOps('ada'));
  expect(JSON.stringify(setup.openModal('ada').blocks)).toContain('payroll');
});

describe('who says that a name is theirs', () => {
  it('sees no changes of it that were hidden before', async () => {
    const more = { kind: 'merge', repository: 'acme/payroll', commit: 'a'.repeat(40), actor: { login: 'mallory' } };
    await setup.deployed('payroll', '7.7.8', ago(20), { ...more, title: 'Raise the salaries' });
    await setup.deployed('checkout', '1.0', ago(10), { ...more, repository: 'acme/checkout', title: 'Sell more' });
    await setup.type('/since', 'link github mallory', inOps('grace'));
    const shown = await home('grace');

    expect(shown).toContain('Sell more');
    expect(shown).not.toContain('salaries');
  });

  it('does not come to own what the settings say is of somebody unknown in Slack', async () => {
    await setup.type('/since', 'link github boss-g', inOps('grace'));

    const shown = await home('grace');

    expect(shown).not.toContain('Your services');
    expect(shown.match(/payroll|salaries/i)).toBeNull();
  });
});

it('is no name that administrators may give to an unknown one', async () => {
  await setup.deployed('payrol', '1.0', ago(20));
  const shown = await home('grace');
  expect(shown).toContain('Names that match nothing');
  expect(shown).not.toContain('"payroll"');
  expect(shown).not.toContain('This is payroll');
});
