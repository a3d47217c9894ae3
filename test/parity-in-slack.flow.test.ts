import { seesEverything } from '../src/domain/viewer.ts';
import { addDays, subMinutes } from 'date-fns';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueAlarmsOf } from '../src/parity/enqueue-alarms.ts';
import { createAlarms } from '../src/slack/alarms.ts';
import { parityInMemory } from './parity-port.ts';
import { aDifference, aReport, busyReport, daysBefore } from './parity-reports.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
const { held, port } = parityInMemory();
const pair = { reference: 'production', mirror: 'staging' };

beforeAll(async () => {
  world = await startSlackIncidents({ parity: port });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  held.report = busyReport(new Date());
  held.acceptances.length = 0;
  held.explanations.length = 0;
});

function ask(text: string, user = 'ada') {
  return world.type('/parity', text, { user, channel: 'random' });
}

describe('/parity', () => {
  it('answers only who asks, on one screen', async () => {
    const answer = await ask('');

    expect(answer).toContain('*Parity 94 %* of 87 % covered');
    expect(answer).toContain('DATABASE_URL');
    expect(world.told('grace', 'random')).toEqual([]);
  });

  it('looks at one service', async () => {
    const answer = await ask('ledger staging prod');

    expect(answer).toContain('of *ledger*');
    expect(answer).not.toContain('PAYMENT_TIMEOUT');
  });

  it('teaches what it does not understand', async () => {
    expect(await ask('stagin')).toContain('/parity staging');
  });

  it('helps', async () => {
    expect(await ask('help')).toContain('/parity accept PAYMENT_TIMEOUT');
  });

  it('says how to begin while there is nothing', async () => {
    held.report = aReport([], { facts: 0, equal: 0, collectors: [] });

    expect(await ask('')).toContain('snapshot production --collector dotenv');
  });

  it('turns to a list, a service and back, in place', async () => {
    await ask('');
    const message = world.lastTold('ada', 'random');
    await world.press(message, 'parity_list_explained');

    expect(JSON.stringify(world.lastTold('ada', 'random').blocks)).toContain('40 keys: aws provider');

    await world.press(world.lastTold('ada', 'random'), 'parity_overview');
    await world.press(world.lastTold('ada', 'random'), 'parity_service', { values: ['ledger'] });

    expect(JSON.stringify(world.lastTold('ada', 'random').blocks)).toContain('of *ledger*');
    expect(world.told('ada', 'random')).toHaveLength(1);
  });

  it('says nothing to a guest', async () => {
    await world.type('/parity', '', { user: 'guest', channel: 'ops' });

    expect(JSON.stringify(world.told('guest', 'ops').map(({ blocks }) => blocks))).not.toContain('PAYMENT_TIMEOUT');
  });
});

describe('accepting a difference', () => {
  const filled = { reason: 'slower disks', impact: 'timeouts show late', owner: '@payments' };

  it('takes the key, why, until when and who answers for it', async () => {
    await ask('accept PAYMENT_TIMEOUT');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: filled });

    const expires = addDays(new Date(), 90).toISOString().slice(0, 10);

    expect(held.acceptances).toMatchObject([
      { ...filled, pair, service: 'checkout', facet: 'env', key: 'PAYMENT_TIMEOUT', expires, needsSecond: false },
    ]);
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('It is meant now');
  });

  it('takes a pattern in every service, for which somebody else is asked', async () => {
    await ask('accept PAYMENT_TIMEOUT');
    const view = world.openModal('ada');
    await world.slack.submit(view, { user: 'ada', entered: { ...filled, key: 'PAYMENT_*', where: 'everywhere' } });
    await world.settled();

    expect(held.acceptances).toMatchObject([{ service: null, key: 'PAYMENT_*', needsSecond: true }]);
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('waits for a second person');

    const [asked] = world.slack.messages('ops', 'grace').slice(-1);
    if (asked === undefined) throw new Error('nobody was asked');
    await world.press(asked, 'parity_confirm', { user: 'ada' });

    expect(world.lastTold('ada', 'ops').text).toContain('It takes somebody else');
    expect(held.acceptances).toMatchObject([{ confirmedBy: null }]);

    await world.press(asked, 'parity_confirm', { user: 'grace' });
    const [shown] = world.slack.messages('ops', 'ada').filter(({ ts }) => ts === asked.ts);

    expect(held.acceptances).toMatchObject([{ confirmedBy: world.idOf('grace') }]);
    expect(shown?.text).toContain(`Confirmed by <@${world.idOf('grace')}>`);
    expect(JSON.stringify(shown?.blocks)).not.toContain('parity_confirm');
  });

  it('says in the form that it takes two', async () => {
    await ask('accept DATABASE_URL');

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('It takes two');
  });

  it('is confirmed by typing, too', async () => {
    await ask('accept DATABASE_URL');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: filled });
    await world.settled();

    expect(await ask('confirm 1')).toContain('It takes somebody else');
    expect(await ask('confirm 1', 'grace')).toContain('*Confirmed*');
    expect(await ask('confirm 1', 'grace')).toContain('confirmed already');
    expect(await ask('confirm 99')).toContain('I know nothing to confirm');
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a pattern for everything', { key: '*' }, 'key', /nearly everything/],
    ['a pattern for something else', { key: 'LEDGER_*' }, 'key', /does not match PAYMENT_TIMEOUT/],
    ['a day that is over', { expires: '2020-01-01' }, 'expires', /is over/],
    ['more than a year', { expires: '2199-01-01' }, 'expires', /At most a year/],
    ['a reason without words', { reason: '...' }, 'reason', /Say why/],
  ])('refuses %s at its field', async (_, wrong, field, why) => {
    await ask('accept PAYMENT_TIMEOUT');
    const { errors } = await world.slack.submit(world.openModal('ada'), {
      user: 'ada',
      entered: { ...filled, ...wrong },
    });

    expect(errors).toMatchObject({ [field]: expect.stringMatching(why) });
    expect(held.acceptances).toEqual([]);
  });

  it('offers what differs when no key is named, and the near one for a slip', async () => {
    await ask('accept');

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('openssl');
    expect(await ask('accept PAYMENT_TIMEUOT')).toContain('/parity accept PAYMENT_TIMEOUT');
  });
});

describe('the audit', () => {
  it('comes as two files that nobody else sees', async () => {
    expect(await ask('audit')).toContain('direct messages');

    const uploads = world.slack.calls.filter(({ method }) => method === 'files.completeUploadExternal');

    expect(uploads.at(-1)?.response).toMatchObject({ ok: true });
    expect(world.slack.messages('random', 'grace')).toEqual([]);
    expect(world.slack.messages('ops', 'grace')).toEqual([]);
  });
});

describe('alarms', () => {
  const logged: string[] = [];
  let time = new Date();
  const alarms = (looks = true) =>
    createAlarms({
      db: world.database.db,
      pairs: [pair],
      viewer: seesEverything,
      compare: port.compare,
      channelOf: port.channelOf,
      botToken: 'xoxb-bot',
      apiUrl: world.slack.apiUrl,
      log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
      now: () => time,
    })({ pair, looks });
  const inOps = () => world.slack.messages('ops', 'ada');
  const drawn = () => inOps().map(({ blocks }) => JSON.stringify(blocks));
  const timeout = (more = {}) => aDifference({ id: 'timeout', since: daysBefore(1, time), ...more });

  /** As after the first look at a pair that was alike. */
  async function quiet() {
    held.report = aReport([], { at: time });
    await later();
    await alarms();
    await later();
  }

  /** One second for each message of a channel. */
  const later = async () => {
    time = new Date(time.getTime() + 2000);
  };

  beforeEach(() => {
    time = new Date();
    logged.length = 0;
  });

  it('tell of a first look in one message, with rules to copy, and of the same no more', async () => {
    held.report = aReport(
      [
        timeout(),
        aDifference({ key: 'LEDGER_URL', group: 'one:url' }),
        aDifference({ key: 'WORKERS', service: 'ledger', group: 'one:workers' }),
      ],
      { at: time },
    );
    await alarms();
    await later();
    await alarms();

    expect(drawn()).toHaveLength(1);
    expect(drawn()[0]).toContain('First look at staging against production');
    expect(drawn()[0]).toContain(
      "{ facet: env, key: 'LEDGER_URL', must: differ, reason: each environment has its own }",
    );
    expect(drawn()[0]).toContain("{ facet: env, key: 'WORKERS', reason: staging is smaller }");
  });

  it('are one message for each group, edited when it is over, and again when it comes back', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    await later();
    await alarms();

    expect(drawn()).toHaveLength(2);
    expect(drawn()[1]).toContain('differs, and no change explains it');

    held.report = aReport([]);
    await later();
    await alarms();

    expect(drawn()).toHaveLength(2);
    expect(drawn()[1]).toContain('Over: it is as it should be again');
    expect(drawn()[1]).not.toContain('parity_alarm_explain');

    held.report = aReport([timeout()]);
    await later();
    await alarms();

    expect(drawn()).toHaveLength(3);
  });

  it('wait half an hour for the change that explains it, unless it must not be', async () => {
    await quiet();
    const fresh = subMinutes(time, 10);
    held.report = aReport([
      timeout({ since: fresh }),
      aDifference({ key: 'DATABASE_URL', verdict: 'forbidden-equality', since: fresh, group: 'rule:1' }),
    ]);
    await alarms();

    expect(drawn()).toHaveLength(2);
    expect(drawn()[1]).toContain('*DATABASE_URL* must not be equal, and is in staging and production');

    time = new Date(fresh.getTime() + 31 * 60_000);
    await alarms();

    expect(drawn()).toHaveLength(3);
  });

  it('are not over while it cannot be seen', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    held.report = aReport([timeout({ verdict: 'unknown' })]);
    await later();
    await alarms();

    expect(drawn()[1]).toContain('differs, and no change explains it');
  });

  it('say what explains it', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    const cause = busyReport(time).differences.find((each) => each.cause !== null)?.cause ?? null;
    held.report = aReport([timeout({ verdict: 'explained', cause })]);
    await later();
    await alarms();

    expect(drawn()[1]).toContain('Explained by');
  });

  it('of many at once are one message', async () => {
    await quiet();
    held.report = aReport(
      Array.from({ length: 12 }, (_, index) => aDifference({ id: `many-${index}`, key: `KEY_${index}` })),
    );
    await alarms();

    expect(drawn()).toHaveLength(2);
    expect(drawn()[1]).toContain('12 groups of differences began at once');
  });

  it('of a collector that is new are a first look of its own', async () => {
    await quiet();
    const { collectors } = aReport([]);
    const dpkg = collectors.map((each) => ({ ...each, collector: 'dpkg' }));
    const openssl = busyReport(time).differences.find(({ key }) => key === 'openssl');
    if (openssl === undefined) throw new Error('the busy report has no openssl');
    held.report = aReport([openssl], { collectors: [...collectors, ...dpkg] });
    await alarms();

    expect(drawn()).toHaveLength(2);
    expect(drawn()[1]).toContain('First look with dpkg');
  });

  it('are muted by who finds them useless, for good', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    const message = inOps().at(-1);
    if (message === undefined) throw new Error('there is no alarm');
    await world.press(message, 'parity_alarm_useless', { user: 'grace' });
    await world.slack.submit(world.openModal('grace'), {
      user: 'grace',
      entered: { why: 'known', note: 'until the move' },
    });
    await later();
    await alarms(false);

    expect(drawn()[1]).toContain(
      `<@${world.idOf('grace')}> said: known already (until the move). I tell no more of it.`,
    );

    held.report = aReport([]);
    await later();
    await alarms();
    held.report = aReport([timeout()]);
    await later();
    await alarms();

    expect(drawn()).toHaveLength(2);
  });

  it('are explained by a change that somebody picks', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    const id = await world.deployed('checkout', '1.42.0', subMinutes(new Date(), 90));
    const message = inOps().at(-1);
    if (message === undefined) throw new Error('there is no alarm');
    await world.press(message, 'parity_alarm_explain');
    const view = world.openModal('ada');
    const offered = await world.slack.suggest({ view }, { user: 'ada', action: 'parity_change_field', query: '1.42' });

    expect(JSON.stringify(offered)).toContain('checkout 1.42.0');

    await world.slack.submit(view, { user: 'ada', entered: { parity_change_field: id, note: 'it sets it' } });

    expect(held.explanations).toMatchObject([{ changeId: id, note: 'it sets it', by: world.idOf('ada'), pair }]);
    expect(held.explanations[0]?.differences.map((each) => each.id)).toEqual(['timeout']);
  });

  it('are looked for soon after a snapshot, once for all that come together', async () => {
    const { db } = world.database;
    const queued = async () => {
      const { rows } = await sql<{ key: string; run_at: Date }>`
        select key, run_at from graphile_worker.jobs where task_identifier = 'post-parity-alarms'
      `.execute(db);
      return rows;
    };
    await enqueueAlarmsOf(db, [pair], 'staging', time);
    await enqueueAlarmsOf(db, [pair], 'production', new Date(time.getTime() + 10_000));
    await enqueueAlarmsOf(db, [pair], 'demo', time);
    const rows = await queued();

    expect(rows).toHaveLength(1);
    expect(rows[0]?.run_at.getTime()).toBe(time.getTime() + 20_000);
  });

  it('are accepted from their message', async () => {
    await quiet();
    held.report = aReport([timeout()]);
    await alarms();
    const message = inOps().at(-1);
    if (message === undefined) throw new Error('there is no alarm');
    await world.press(message, 'parity_alarm_accept');

    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('PAYMENT_TIMEOUT (checkout)');
  });
});
