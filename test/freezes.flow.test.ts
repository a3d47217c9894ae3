import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serverError } from '../playground/slack/faults.ts';
import { releaseRulesOf, rulesOf } from '../src/config/release-rules.ts';
import { readSettings } from '../src/config/settings.ts';
import { giveReason } from '../src/freezes/give-reason.ts';
import { relateDeploy } from '../src/deploys/relate.ts';
import { startFreezes } from '../src/start/freezes.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { withHistoryRisks } from '../src/timeline/history-risks.ts';
import { insertIncident } from './incidents.ts';
import { type SlackIncidents, catalog, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
let time: Date;

beforeAll(async () => {
  world = await startSlackIncidents();
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  time = new Date('2026-11-27T16:05:00Z');
});

const blackFriday = `
services: { checkout: { channel: '#ops' } }
freezes: [{ name: black-friday, from: 2026-11-27T00:00Z, to: 2026-11-30T00:00Z, environments: [production] }]
`;

function configured(yaml: string) {
  const read = readSettings(yaml);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const { settings } = read;
  return { settings, catalog: { ...catalog, rules: rulesOf(settings) } };
}

/** What the job does, in a process of its own. */
async function look(changeId: string, { yaml = blackFriday, looks = true } = {}) {
  const handler = await startFreezes({
    configuration: {
      ...configured(yaml),
      environment: {
        slack: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
        slackApiUrl: world.slack.apiUrl,
      },
    },
    db: world.database.db,
    logger: pino({ enabled: false }),
    now: () => time,
  });
  await handler({ changeId, looks }, AbortSignal.timeout(60_000));
  time = new Date(time.getTime() + 2000);
}

const at = (minute: number) => new Date(`2026-11-27T16:${String(minute).padStart(2, '0')}:00Z`);
const grace = { actor: { login: 'grace' } };
const deployed = (to = '1.42.0', more: object = {}) => world.deployed('checkout', to, at(0), { ...grace, ...more });
const inOps = (user = 'ada') => world.slack.messages('ops', user).filter(({ onlyFor }) => onlyFor === null);
const texts = () => inOps().map(({ text }) => text);
const buttons = () => inOps().filter(({ blocks }) => JSON.stringify(blocks).includes('freeze_reason'));
const kept = () => world.database.db.selectFrom('overrides').selectAll().orderBy('id').execute();

async function risksOf(changeId: string, yaml = blackFriday) {
  const { settings, catalog: set } = configured(yaml);
  const { db } = world.database;
  const row = await db.selectFrom('changes').select(changeColumns).where('id', '=', changeId).executeTakeFirstOrThrow();
  const releases = releaseRulesOf(settings);
  const [change] = await withHistoryRisks({ db, catalog: set, releases }, [changeOfRow(row, set)]);
  return change?.risks.map(({ name, text }) => `${name}: ${text}`);
}

async function press(user: string) {
  const [message] = inOps();
  if (message === undefined) throw new Error('nothing is asked');
  await world.press(message, 'freeze_reason', { user });
}

describe('a deploy in a freeze', () => {
  it('is asked about in the channel of its service, once, with the reason that somebody gives', async () => {
    const deploy = await deployed();
    await look(deploy);

    expect(texts()).toEqual([
      'checkout 1.42.0 went out during the freeze black-friday (grace). Why?\nproduction · 2026-11-27 16:00 UTC',
    ]);
    expect(await risksOf(deploy)).toEqual(['freeze: during the freeze black-friday']);

    await press('ada');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'hotfix for INC-42' } });
    await look(deploy, { looks: false });

    expect(inOps()).toHaveLength(1);
    expect(texts()[0]).toMatch(/^checkout 1\.42\.0 went out during the freeze black-friday \(grace\)\.\n/);
    expect(texts()[0]).toContain('Why: hotfix for INC-42 · Ada, ');
    expect(buttons()).toEqual([]);
    expect(await risksOf(deploy)).toEqual(['freeze: during the freeze black-friday: hotfix for INC-42 (Ada)']);
    expect(await kept()).toMatchObject([
      {
        change_id: deploy,
        rule: 'freeze',
        freeze_name: 'black-friday',
        service: 'checkout',
        environment: 'production',
        version: '1.42.0',
        reason: 'hotfix for INC-42',
        said_by: world.idOf('ada'),
        said_name: 'Ada',
        valid_until: null,
      },
    ]);
    const decided = await world.database.db
      .selectFrom('decisions')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(decided).toMatchObject([
      { kind: 'override', actor: world.idOf('ada'), about: `change ${deploy}`, reason: 'hotfix for INC-42' },
    ]);
  });

  it('has its message edited at once when a reason is given', async () => {
    const deploy = await deployed();
    await look(deploy);
    await press('ada');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'hotfix' } });
    const { rows } = await sql<{ key: string }>`select key from graphile_worker.jobs`.execute(world.database.db);

    expect(rows.map(({ key }) => key)).toContain(`tell-freeze:${deploy}`);
  });

  it('is told while it is under way, and when it failed it is asked about no more', async () => {
    const deploy = await deployed('1.42.0', { phase: 'started' });
    await look(deploy);

    expect(texts()[0]).toContain('checkout 1.42.0 is going out during the freeze black-friday (grace). Why?');

    await sql`
      update changes set status = 'failed', events = events || jsonb_set(jsonb_set(jsonb_set(events -> 0,
        '{statement,phase}', '"failed"'), '{statement,occurredAt}', '"2026-11-27T16:02:00.000Z"'), '{statement,key}', '"end"')
      where id = ${deploy}::bigint
    `.execute(world.database.db);
    await look(deploy);

    expect(texts()).toEqual([
      'checkout 1.42.0 was to go out during the freeze black-friday (grace).\nproduction · 2026-11-27 16:00 UTC\nIt failed, 2026-11-27 16:02 UTC.',
    ]);
    expect(buttons()).toEqual([]);
  });

  it('that turns out to be a rollback needs no reason', async () => {
    await world.deployed('checkout', '1.41.0', new Date('2026-11-20T10:00:00Z'));
    await world.deployed('checkout', '1.42.0', new Date('2026-11-21T10:00:00Z'));
    const back = await deployed('1.41.0');
    await look(back);

    expect(texts()).toEqual([]);
  });

  it('is told once by several processes, and when two systems tell it', async () => {
    const going = { phase: 'started' };
    const [one, other] = [await deployed('1.42.0', going), await deployed('v1.42.0', { ...going, source: 'argocd' })];
    await Promise.all([look(one), look(other), look(one), look(other)]);
    await look(other);

    expect(inOps()).toHaveLength(1);
  });

  it('is told once though Slack is down meanwhile', async () => {
    const deploy = await deployed();
    world.slack.failNext('chat.postMessage', serverError);
    await look(deploy);
    time = new Date(time.getTime() + 20_000);
    await look(deploy, { looks: false });

    expect(inOps()).toHaveLength(1);
  });

  it('keeps its message and its reason when another report turns out to tell it', async () => {
    const deploy = await deployed();
    await look(deploy);
    await relateDeploy(
      {
        db: world.database.db,
        catalog,
        readCarried: () => Promise.resolve({ outcome: 'unknown', why: 'no', again: false }),
      },
      await deployed('1.42.0', { source: 'argocd' }),
    );
    await look(deploy);
    const joined = await world.database.db
      .selectFrom('changes')
      .select('joined_to')
      .where('joined_to', 'is not', null)
      .execute();

    expect(joined).toHaveLength(1);
    expect(inOps()).toHaveLength(1);
    expect(texts()[0]).toContain('went out during the freeze black-friday');
  });

  it('shows hostile text as text', async () => {
    const deploy = await deployed('1.42.0', { actor: { name: '<!channel> & *grace*' } });
    await look(deploy);
    await press('ada');
    await world.slack.submit(world.openModal('ada'), {
      user: 'ada',
      entered: { reason: '<!here> because <https://evil.example|this>' },
    });
    await look(deploy, { looks: false });

    expect(JSON.stringify(inOps()[0]?.blocks)).not.toMatch(/<!(?!date)|<https:\/\/evil/);
    expect(texts()[0]).toContain('&lt;!here&gt; because');
  });
});

describe('the reason', () => {
  beforeEach(async () => {
    await look(await deployed());
  });

  it('is given once: the second press is told what the first one said, and edits nothing', async () => {
    await press('grace');
    await press('ada');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'hotfix' } });
    await world.slack.submit(world.openModal('grace'), { user: 'grace', entered: { reason: 'something else' } });

    expect(JSON.stringify(world.openModal('grace').blocks)).toContain('hotfix');
    expect(await kept()).toHaveLength(1);

    await press('grace');

    expect(world.lastTold('grace', 'ops').text).toContain('The reason is given already');
    expect(await kept()).toMatchObject([{ reason: 'hotfix' }]);
  });

  it('of two at once is one, in whichever process', async () => {
    const [found] = await world.database.db.selectFrom('frozen_deploys').selectAll().execute();
    const give = (name: string) =>
      giveReason(
        { db: world.database.db, catalog },
        { changeId: found?.change_id ?? '', reason: `because ${name}`, by: name, name },
        time,
      );
    const said = await Promise.all([give('one'), give('two'), give('three')]);

    expect(said.map(({ outcome }) => outcome).toSorted()).toEqual(['given', 'given-before', 'given-before']);
    expect(await kept()).toHaveLength(1);
  });

  it('must say something', async () => {
    await press('ada');
    const { errors } = await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: ' .. ' } });

    expect(errors).toMatchObject({ reason: expect.stringMatching(/Say why/) });
    expect(await kept()).toEqual([]);
  });

  it('is not asked of guests', async () => {
    await press('guest');

    expect(world.modal('guest')).toBeNull();
    expect(await kept()).toEqual([]);
  });

  it('can be neither altered nor taken away', async () => {
    await press('ada');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { reason: 'hotfix' } });
    const { db } = world.database;

    await expect(db.updateTable('overrides').set({ reason: 'x' }).execute()).rejects.toThrow(/append-only/);
    await expect(db.deleteFrom('overrides').execute()).rejects.toThrow(/append-only/);
  });
});

describe('a deploy of a restricted service in a freeze', () => {
  const places = (own: string, everybody: string) => `
environments: { production: { channel: '${everybody}' } }
services: { checkout: { restricted: true${own} } }
freezes: [{ name: black-friday, from: 2026-11-27T00:00Z, to: 2026-11-30T00:00Z, environments: [production] }]
`;

  it('is asked about in its own channel only', async () => {
    await look(await deployed(), { yaml: places(", channel: '#ops'", '#elsewhere') });

    expect(texts()).toHaveLength(1);
  });

  it('is asked about nowhere when it has none', async () => {
    await look(await deployed(), { yaml: places('', '#ops') });

    expect(texts()).toEqual([]);
  });
});

describe('nothing is asked of', () => {
  it.each<[string, () => Promise<string>, string?]>([
    ['a deploy to staging', () => deployed('1.42.0', { environmentName: 'staging' })],
    ['a flag', () => deployed('1.42.0', { kind: 'flag' })],
    ['a deploy that failed before anybody looked', () => deployed('1.42.0', { phase: 'failed' })],
    [
      'a deploy of last week',
      async () => {
        time = new Date('2026-12-05T16:00:00Z');
        return deployed();
      },
    ],
    ['a deploy where the rule is off', () => deployed(), `${blackFriday}rules: { freeze: off }`],
    ['a service that is excepted', () => deployed(), `${blackFriday}rules: { freeze: { except_services: [check*] } }`],
    ['a deploy when nothing is frozen', () => deployed(), "services: { checkout: { channel: '#ops' } }"],
  ])('%s', async (_, deploy, yaml = blackFriday) => {
    const id = await deploy();
    await look(id, { yaml });

    expect(inOps()).toEqual([]);
  });
});

describe('the release window', () => {
  const yaml = `
services: { checkout: { channel: '#ops' } }
release_window: { days: [mon], from: '09:00', to: '16:00', timezone: UTC }
`;

  it('is asked about as a freeze is, and counts in production only', async () => {
    const deploy = await deployed();
    await look(deploy, { yaml });
    await look(await world.deployed('ledger', '1.43.0', at(0), { environmentName: 'staging' }), { yaml });

    expect(texts()).toEqual([
      'checkout 1.42.0 went out outside the release window (grace). Why?\nproduction · 2026-11-27 16:00 UTC',
    ]);
    expect(await risksOf(deploy, yaml)).toEqual(['window: outside the release window']);
  });
});

describe('a freeze that an incident opens', () => {
  const yaml = "{ services: { checkout: { channel: '#ops' } }, incidents: { freeze_at: sev2 } }";
  const opened = new Date('2026-11-27T15:30:00Z');
  const incident = (more: object = {}) =>
    insertIncident(world.database.db, { severity: 'critical', opened_at: opened, resolved_at: null, ...more });

  it('is named by it, and is over when it is resolved', async () => {
    const { id } = await incident();
    const [during, before] = [
      await deployed(),
      await world.deployed('checkout', '1.41.9', new Date('2026-11-27T15:00:00Z')),
    ];
    await look(during, { yaml });
    await look(before, { yaml });

    expect(texts()).toEqual([expect.stringContaining(`went out during the freeze of INC-${id} (grace). Why?`)]);
    expect(await risksOf(during, yaml)).toEqual([`freeze: during the freeze of INC-${id}`]);
    expect(await risksOf(before, yaml)).toEqual([]);

    await sql`update incidents set resolved_at = '2026-11-27T15:45:00Z'`.execute(world.database.db);

    expect(await risksOf(during, yaml)).toEqual([]);
  });

  it.each<[string, object]>([
    ['is less severe', { severity: 'warning' }],
    ['has no severity', { severity: null }],
    ['is elsewhere', { environment: 'staging' }],
  ])('is not there when it %s', async (_, more) => {
    await incident(more);

    expect(await risksOf(await deployed(), yaml)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['is private', { private: true }, yaml],
    [
      'is of a restricted service',
      { services: ['Payroll', 'checkout'] },
      '{ services: { checkout: {}, Payroll: { restricted: true } }, incidents: { freeze_at: sev2 } }',
    ],
  ])('does not name one that %s', async (_, more, yaml) => {
    await incident(more);

    expect(await risksOf(await deployed(), yaml)).toEqual(['freeze: during the freeze of a private incident']);
  });
});

describe('a reason that was given beforehand', () => {
  const said = (more: object = {}) =>
    world.database.db
      .insertInto('overrides')
      .values({
        change_id: null,
        rule: null,
        freeze_name: null,
        service: 'checkout',
        environment: 'production',
        version: 'v1.42.0',
        commit: null,
        reason: 'hotfix for INC-42',
        said_by: 'U1',
        said_name: 'grace',
        said_at: new Date('2026-11-27T15:00:00Z'),
        valid_until: new Date('2026-11-27T19:00:00Z'),
        ...more,
      })
      .execute();

  it('stands on the message from the start, and nobody is asked', async () => {
    await said();
    const deploy = await deployed();
    await look(deploy);

    expect(texts()[0]).toContain('went out during the freeze black-friday (grace).\n');
    expect(texts()[0]).toContain('Why: hotfix for INC-42 · grace beforehand, 2026-11-27 15:00 UTC');
    expect(buttons()).toEqual([]);
    expect(await risksOf(deploy)).toEqual(['freeze: during the freeze black-friday: hotfix for INC-42 (grace)']);
  });

  it('stands, whoever has the form open still', async () => {
    await said();
    const deploy = await deployed();
    await look(deploy);
    const late = { changeId: deploy, reason: 'something else', by: 'U2', name: 'ada' };

    expect(await giveReason({ db: world.database.db, catalog }, late, time)).toMatchObject({ outcome: 'given-before' });
    expect(await kept()).toHaveLength(1);
  });

  it('counts for the deploy that it covers, of several that are shown together', async () => {
    await said();
    const [during, after] = [
      await deployed(),
      await world.deployed('checkout', '1.42.0', new Date('2026-11-27T20:00:00Z')),
    ];
    const { settings, catalog: set } = configured(blackFriday);
    const { db } = world.database;
    const rows = await db.selectFrom('changes').select(changeColumns).orderBy('id').execute();
    const shown = await withHistoryRisks(
      { db, catalog: set, releases: releaseRulesOf(settings) },
      rows.map((row) => changeOfRow(row, set)),
    );

    expect(shown.map(({ id, risks }) => [id, risks.map(({ text }) => text)])).toEqual([
      [during, ['during the freeze black-friday: hotfix for INC-42 (grace)']],
      [after, ['during the freeze black-friday']],
    ]);
  });

  it.each<[string, object]>([
    ['another version', { version: '1.43.0' }],
    ['another service', { service: 'ledger' }],
    ['another environment', { environment: 'staging' }],
    ['a time that is over', { valid_until: new Date('2026-11-27T15:59:00Z') }],
    ['a deploy that came before it', { said_at: new Date('2026-11-27T16:03:00Z') }],
  ])('does not count for %s', async (_, more) => {
    await said(more);

    expect(await risksOf(await deployed())).toEqual(['freeze: during the freeze black-friday']);
  });
});
