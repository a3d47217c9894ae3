import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rateLimited, serverError } from '../playground/slack/faults.ts';
import type { Message } from '../playground/slack/workspace.ts';
import type { Kind } from '../src/domain/change.ts';
import type { Phase, Statement, TimelineEvent } from '../src/domain/event.ts';
import { enqueueMixed } from '../src/jobs/enqueue.ts';
import type { Handlers } from '../src/jobs/register.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { readSettings } from '../src/config/settings.ts';
import { startSubscriptions } from '../src/start/subscriptions.ts';
import { subscriptionJobs, tellJobs } from '../src/subscriptions/jobs.ts';
import { subscribe, subscriptionsIn } from '../src/subscriptions/subscribe.ts';
import { quietUntil } from '../src/domain/quiet-hours.ts';
import { changePreferences } from '../src/preferences/preferences.ts';
import { record } from '../src/timeline/record.ts';
import { type SlackIncidents, catalog, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
let time: Date;
const outages: (() => void)[] = [];

beforeAll(async () => {
  world = await startSlackIncidents({ shared: false });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  time = new Date();
});
afterEach(() => {
  for (const end of outages.splice(0)) end();
});

type Jobs = Pick<Handlers, 'tell-subscribers' | 'post-subscription'>;

function settingsOf(text: string) {
  const read = readSettings(text);
  if (read.outcome === 'invalid') throw new Error(read.problems.join('; '));
  return read.settings;
}

/** A process of its own. */
function process(): Promise<Jobs> {
  return startSubscriptions({
    configuration: {
      catalog,
      settings: settingsOf('services: { payroll: { restricted: true } }'),
      environment: {
        slack: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
        slackApiUrl: world.slack.apiUrl,
      },
    },
    db: world.database.db,
    logger: pino({ enabled: false }),
    now: () => time,
  });
}

const after = (seconds: number) => new Date(time.getTime() + seconds * 1000);

interface Queued {
  readonly id: string;
  readonly name: keyof Jobs;
  readonly payload: never;
  readonly run_at: Date;
}

/** Takes the job that is due first. Jobs have their own clock: one that is due by ours. */
async function nextJob(): Promise<Queued | null> {
  const { rows } = await sql<Queued>`
    select jobs.id, tasks.identifier as name, payload, run_at
    from graphile_worker._private_jobs as jobs join graphile_worker._private_tasks as tasks on tasks.id = task_id
    where tasks.identifier in ('tell-subscribers', 'post-subscription')
    order by tasks.identifier desc, run_at, jobs.id limit 1
  `.execute(world.database.db);
  const [job] = rows;
  if (job === undefined) return null;
  await sql`delete from graphile_worker._private_jobs where id = ${job.id}`.execute(world.database.db);
  return job;
}

/** Does all jobs, each at its time; at most so much time goes by. */
async function run(seconds = 120): Promise<void> {
  const jobs = await process();
  const end = after(seconds);
  for (;;) {
    const job = await nextJob();
    if (job === null) return;
    if (job.name === 'post-subscription' && job.run_at > time) time = job.run_at;
    if (time > end) return;
    await jobs[job.name](job.payload, AbortSignal.timeout(60_000));
  }
}

interface Said extends Partial<Statement> {
  readonly phase: Phase;
}

let told = 0;

/** What a source tells of one deploy, with what recording sets off. The id of the change. */
async function said(
  deploy: string,
  { phase, occurredAt = time.toISOString(), ...more }: Said,
  late = false,
): Promise<string> {
  told += 1;
  const event: TimelineEvent = {
    statement: {
      key: `${deploy}:${phase}:${told}`,
      source: 'github',
      occurredAt,
      clock: 'source',
      phase,
      kind: 'deploy',
      environmentName: 'production',
      serviceName: 'checkout',
      to: '1.42.0',
      actor: { login: 'grace-h' },
      ...more,
    },
    identities: [{ type: 'deployment', value: deploy }],
    mentions: [],
  };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(told).padStart(12, '0')}` };
  const batch = await world.database.db.transaction().execute(async (trx) => {
    const recorded = await record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: time });
    await enqueueMixed(trx, subscriptionJobs({ ...recorded, late }));
    return recorded;
  });
  return batch.recorded[0]?.changeIds[0] ?? '';
}

async function subscribed(more: object = {}, channel = 'ops') {
  const made = await subscribe(
    world.database.db,
    {
      channelId: world.channelId(channel),
      filter: { environments: ['production'], services: [], kinds: ['deploy'], statuses: [], ...more },
      by: { id: world.idOf('ada'), name: 'Ada' },
    },
    time,
  );
  if (made.outcome === 'refused') throw new Error(made.why);
  await run();
  time = after(2);
  return made.subscription;
}

/** What everybody in the channel reads, but for the notice that begins it. */
function inOps(channel = 'ops'): readonly Message[] {
  const { botUser } = world.slack.workspace.app;
  const messages = world.slack
    .messages(channel, 'ada')
    .filter(({ onlyFor, author, notice }) => onlyFor === null && author === botUser && notice === null);
  for (const { text, blocks } of messages) expect(blockKitProblems({ text, blocks })).toEqual([]);
  return messages.filter(({ text }) => !text.startsWith('From now on') && !text.startsWith('I told here'));
}
const texts = (channel = 'ops') => inOps(channel).map(({ text }) => text);
const drawn = (channel = 'ops') => inOps(channel).map(({ blocks }) => JSON.stringify(blocks));
const posts = () => world.slack.calls.filter(({ method }) => method === 'chat.postMessage').length;
const tell = (changeIds: readonly string[], news = true) => enqueueMixed(world.database.db, tellJobs(changeIds, news));

function only(channel = 'ops'): Message {
  const messages = inOps(channel);
  const [message] = messages;
  if (message === undefined || messages.length > 1) throw new Error(`${messages.length} messages`);
  return message;
}

describe('setting it up', () => {
  it('opens a form with what the words say, and tells the channel', async () => {
    await world.type('/since', 'subscribe production deploys of checkout faild failed', { channel: 'ops' });
    const view = world.openModal('ada');

    expect(JSON.stringify(view.blocks)).toContain('I left out what I did not understand: faild');

    await world.slack.submit(view, { user: 'ada', entered: {} });
    await world.settled();
    await run();
    const [mine] = await subscriptionsIn(world.database.db, world.channelId('ops'));

    expect(mine).toMatchObject({
      environments: ['production'],
      services: ['checkout'],
      kinds: ['deploy'],
      statuses: ['failed'],
      madeByName: 'Ada',
    });
    expect(JSON.stringify(world.openModal('ada').blocks)).toContain('*Done.*');
    expect(world.slack.messages('ops', 'grace').map(({ text }) => text)).toEqual([
      'From now on I tell here of deploys of checkout in production, when they fail.',
    ]);
  });

  it('asks for the channel from the Home tab, joins a public one, and knows no private one that is not theirs', async () => {
    await world.slack.openHome('ada');
    await world.settled();
    const home = world.slack.workspace.homes.get(world.idOf('ada'));
    if (home === undefined) throw new Error('no Home tab');
    await world.slack.click({ view: home }, { user: 'ada', action: 'subscription_from_home' });
    await world.settled();
    const channel = await world.slack.createChannel('board', { user: 'grace', private: true });
    await world.slack.inviteBot('board', { user: 'grace' });
    const hidden = await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { channel: channel.id } });

    expect(hidden.errors).toMatchObject({ channel: expect.stringContaining('I see no such channel') });

    const random = world.channelId('random');
    await world.slack.submit(world.openModal('ada'), { user: 'ada', entered: { channel: random } });
    await run();

    expect(await subscriptionsIn(world.database.db, random)).toMatchObject([{ kinds: ['deploy'] }]);
    expect(world.slack.messages('random', 'grace').at(-1)?.text).toBe(
      'From now on I tell here of deploys in production.',
    );
    await world.slack.removeBot('random', { user: 'ada' });
  });

  it('is one for the same wish, and says so', async () => {
    await subscribed();
    const again = await subscribe(
      world.database.db,
      {
        channelId: world.channelId('ops'),
        filter: { environments: ['production'], services: [], kinds: ['deploy'], statuses: [] },
        by: { id: world.idOf('grace'), name: 'Grace' },
      },
      time,
    );

    expect(again).toMatchObject({ outcome: 'already', subscription: { madeByName: 'Ada' } });
  });

  it('is refused to guests, in direct messages, and beyond twenty in a channel', async () => {
    await world.type('/since', 'subscribe', { user: 'guest', channel: 'ops' });

    expect(world.modal('guest')).toBeNull();

    for (let n = 0; n < 20; n += 1) await subscribed({ services: [`s${n}`] });

    await expect(subscribed({ services: ['one-more'] })).rejects.toThrow('as many as one can hold');
  });
});

describe('a change', () => {
  it('of a restricted service is told nowhere', async () => {
    await subscribed();
    await said('1', { phase: 'succeeded', serviceName: 'payroll' });
    await run();

    expect(inOps()).toEqual([]);
  });

  it('is one message that follows it, with who set it up', async () => {
    await subscribed();
    await said('1', { phase: 'started' });
    await run();

    expect(only().text).toMatch(/^Deploy checkout 1\.42\.0 to production by grace-h\nunder way since /);
    expect(drawn()[0]).toContain('Told here: deploys in production · set up by Ada');

    time = after(180);
    await said('1', { phase: 'succeeded' });
    await run();

    expect(only().text).toContain('took 3 min');
    expect(drawn()[0]).toContain(':white_check_mark:');
  });

  it('that fails after it was told surfaces once, and what is said then stays true', async () => {
    await subscribed();
    await said('1', { phase: 'started' });
    await run();
    time = after(60);
    await said('1', { phase: 'failed' });
    await run();
    await said('1', { phase: 'failed' });
    await run();
    const [message, reply] = inOps();

    expect(inOps()).toHaveLength(2);
    expect(message?.text).toContain('failed after 1 min');
    expect(reply).toMatchObject({ threadTs: message?.ts, broadcast: true });
    expect(reply?.text).toBe('Deploy checkout 1.42.0 to production by grace-h failed after 1 min');

    time = after(60);
    await said('1', { phase: 'succeeded' });
    await run();

    expect(inOps()).toHaveLength(2);
    expect(texts()[1]).toContain('failed at first and has succeeded since');
  });

  it('that is told when it has failed surfaces by being told', async () => {
    await subscribed({ statuses: ['failed'] });
    await said('1', { phase: 'started' });
    await run();

    expect(inOps()).toEqual([]);

    await said('1', { phase: 'failed' });
    await run();

    expect(only().text).toContain('failed');
  });

  it.each<[string, Said]>([
    ['of another environment', { phase: 'succeeded', environmentName: 'staging' }],
    ['of another kind', { phase: 'happened', kind: 'flag' }],
    ['that is drift', { phase: 'started', kind: 'drift' }],
    ['that took effect before', { phase: 'succeeded', occurredAt: new Date(Date.now() - 60_000).toISOString() }],
    ['that is only mentioned', { phase: 'mentioned' }],
  ])('%s is not told', async (_, statement) => {
    await subscribed();
    await said('1', statement);
    await run();

    expect(inOps()).toEqual([]);
  });

  it('that was heard long ago and is read again is no news, but what was told of it is kept true', async () => {
    await subscribed();
    await said('1', { phase: 'started' });
    await run();
    await said('1', { phase: 'succeeded', to: '1.42.1' }, true);
    await said('2', { phase: 'succeeded' }, true);
    await run();

    expect(only().text).toContain('1.42.1');
  });

  it('is told after it turned out to be what somebody waits for', async () => {
    await subscribed({ kinds: ['rollback'] });
    const id = await said('1', { phase: 'succeeded' });
    await run();

    expect(inOps()).toEqual([]);

    await sql`
      update changes set kind = 'rollback', relation = ${JSON.stringify({ previousId: id, from: '1.43.0', previousCommit: null, rollback: true, carried: null })}::jsonb
      where id = ${id}::bigint
    `.execute(world.database.db);
    await tell([id]);
    await run();

    expect(only().text).toContain('Rollback checkout 1.43.0 → 1.42.0');
  });

  it('that several systems report is told once, also when that is known only later', async () => {
    await subscribed();
    const first = await said('1', { phase: 'started' });
    await run();
    const second = await said('2', { phase: 'started', source: 'argocd' });
    await run();

    expect(inOps()).toHaveLength(2);

    await sql`update changes set joined_to = ${first}::bigint, at = null where id = ${second}::bigint`.execute(
      world.database.db,
    );
    const third = await said('3', { phase: 'started', source: 'argocd' });
    await sql`update changes set joined_to = ${first}::bigint, at = null where id = ${third}::bigint`.execute(
      world.database.db,
    );
    await tell([second]);
    await run();

    expect(inOps()).toHaveLength(2);
    expect(texts()[1]).toContain('turned out to be one with another message here');
  });

  it('that was told as a report goes on in that message when another tells it', async () => {
    await subscribed({ services: ['ledger'] });
    const report = await said('1', { phase: 'started', serviceName: 'ledger' });
    await run();
    const shown = await said('2', { phase: 'succeeded', serviceName: 'ledger', to: '2.0' });
    await sql`update changes set joined_to = ${shown}::bigint, at = null where id = ${report}::bigint`.execute(
      world.database.db,
    );
    await run();

    expect(only().text).toContain('ledger 2.0');
  });

  it('whose message somebody deleted is told no more', async () => {
    await subscribed();
    await said('1', { phase: 'started' });
    await run();
    await world.slack.remove(only());
    await said('1', { phase: 'failed' });
    await run();

    expect(inOps()).toEqual([]);
  });

  it('shows nothing of what its texts hold', async () => {
    await subscribed({ services: [], kinds: [] });
    const title = '<!channel> *x* `y` <https://evil.example|click> \u202E &lt;!here&gt;';
    await said('1', { phase: 'happened', kind: 'config', title, actor: { login: '<@U123>' }, to: title });
    await said('2', { phase: 'failed', title, serviceName: title, runUrl: 'javascript:alert(1)', to: title });
    await run();

    expect(inOps()).toHaveLength(2);
    for (const written of [...texts(), ...drawn()]) {
      expect(written).not.toMatch(/<!channel|<@U123|<https:\/\/evil|<!here|javascript:|\u202E/);
    }
  });
});

describe('a flood', () => {
  it('is one summary that is edited until it calms down', async () => {
    await subscribed();
    for (let n = 0; n < 23; n += 1) await said(`d${n}`, { phase: 'started', serviceName: `service-${n % 7}` });
    await run();

    expect(only().text).toContain('23 deploys of 7 services in 1 minute, 23 under way');

    time = after(300);
    for (let n = 0; n < 23; n += 1) {
      await said(`d${n}`, { phase: n < 2 ? 'failed' : 'succeeded', serviceName: `service-${n % 7}` });
    }
    await said('later', { phase: 'succeeded', serviceName: 'checkout' });
    await run();
    const [summary, reply] = inOps();

    expect(inOps()).toHaveLength(2);
    expect(summary?.text).toMatch(/^24 deploys of 8 services in \d minutes?, 2 failed\n/);
    expect(reply).toMatchObject({ threadTs: summary?.ts, broadcast: true });
    expect(reply?.text).toContain('2 have failed');

    time = after(1200);
    await said('calm', { phase: 'succeeded' });
    await run();

    expect(inOps()).toHaveLength(3);
    expect(texts()[2]).toContain('Deploy checkout 1.42.0');
  });

  it('begins with the message that would be one too many', async () => {
    await subscribed();
    for (let n = 0; n < 12; n += 1) {
      await said(`d${n}`, { phase: 'succeeded' });
      await run();
    }

    expect(inOps()).toHaveLength(11);
    expect(texts()[10]).toContain('2 deploys of checkout');
    expect(texts()[10]).toContain('beside 10 messages just before');
  });
});

describe('Slack', () => {
  it('that was away for hours gets one summary and no burst', async () => {
    await subscribed();
    outages.push(world.slack.outage('all', serverError));
    for (let n = 0; n < 8; n += 1) {
      await said(`d${n}`, { phase: n === 3 ? 'failed' : 'succeeded' });
      await run(5);
      time = after(600);
    }
    time = after(3 * 3600);
    for (const end of outages.splice(0)) end();
    await said('fresh', { phase: 'succeeded', serviceName: 'ledger' });
    await run();

    expect(inOps().length).toBeLessThanOrEqual(3);
    expect(texts().join('\n')).toMatch(/Told late: [78] deploys of checkout in \d+ minutes/);
    expect(texts().join('\n')).toContain('Deploy ledger 1.42.0');
  });

  it('that loses an answer, limits or is asked by two processes shows one message', async () => {
    await subscribed();
    world.slack.failNext('chat.postMessage', rateLimited(5));
    await said('1', { phase: 'succeeded' });
    await run();

    expect(inOps()).toHaveLength(1);

    world.slack.loseNextAnswer('chat.postMessage');
    await said('2', { phase: 'succeeded' });
    await run();

    expect(inOps()).toHaveLength(2);

    time = after(5);
    const [one, other] = [await process(), await process()];
    const id = await said('3', { phase: 'succeeded' });
    const [subscription] = await subscriptionsIn(world.database.db, world.channelId('ops'));
    const payload = { changeIds: [id], news: true };
    const signal = AbortSignal.timeout(60_000);
    await Promise.all([one['tell-subscribers'](payload, signal), other['tell-subscribers'](payload, signal)]);
    const post = { subscriptionId: subscription?.id ?? '' };
    await Promise.all([one['post-subscription'](post, signal), other['post-subscription'](post, signal)]);
    await run();

    expect(inOps()).toHaveLength(3);
  });

  it('that takes nothing in an archived channel pauses it, and who set it up is told once', async () => {
    await world.slack.createChannel('deploys', { user: 'ada' });
    await world.slack.inviteBot('deploys', { user: 'ada' });
    const { madeAt } = await subscribed({}, 'deploys');
    await subscribed({ kinds: ['flag'] }, 'deploys');
    const channelId = world.channelId('deploys');
    await world.slack.archiveChannel('deploys', { user: 'grace' });
    await world.settled();
    // The app has a clock of its own, by which it resumes.
    const occurredAt = new Date(madeAt.getTime() + 1).toISOString();
    const meanwhile = await said('1', { phase: 'succeeded', occurredAt });
    await run();
    await tell([meanwhile]);
    await run();
    const direct = world.slack.workspace.people.find(({ name }) => name === 'ada')?.directChannel ?? '';
    const told = world.slack.messages(direct, 'ada');

    expect(await subscriptionsIn(world.database.db, channelId)).toMatchObject([
      { paused: { why: 'archived' } },
      { paused: { why: 'archived' } },
    ]);
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toContain(`I cannot write in <#${channelId}> any more`);
    expect(told[0]?.text).toContain('flag changes in production');
    expect(JSON.stringify(told[0])).not.toContain('#deploys');

    await world.slack.unarchiveChannel('deploys', { user: 'grace' });
    await world.settled();
    await run();
    time = after(5);
    await said('2', { phase: 'succeeded', to: '1.43.0' });
    await tell([meanwhile]);
    await run();

    expect(only('deploys').text).toContain('1.43.0');
  });

  it('that takes nothing any more is told of after the quiet hours of who set it up', async () => {
    await world.slack.createChannel('asleep', { user: 'ada' });
    await world.slack.inviteBot('asleep', { user: 'ada' });
    await subscribed({}, 'asleep');
    const quiet = { from: '00:00', to: '23:59' };
    await changePreferences(world.database.db, world.idOf('ada'), { quiet }, time);
    await world.slack.archiveChannel('asleep', { user: 'grace' });
    await world.settled();
    await run(2 * 86_400);
    const direct = world.slack.workspace.people.find(({ name }) => name === 'ada')?.directChannel ?? '';
    const told = world.slack.messages(direct, 'ada');

    expect(told.filter(({ text }) => text.includes(world.channelId('asleep')))).toHaveLength(1);
    expect(quietUntil(quiet, 'Europe/London', time)).toBeNull();
    await changePreferences(world.database.db, world.idOf('ada'), { quiet: null }, time);
  });

  it('that never told of it pauses it by what it refuses', async () => {
    await world.slack.createChannel('quiet', { user: 'ada' });
    await world.slack.inviteBot('quiet', { user: 'ada' });
    await subscribed({}, 'quiet');
    outages.push(
      world.slack.outage('chat.postMessage', {
        status: 200,
        headers: {},
        response: { ok: false, error: 'is_archived' },
      }),
    );
    await said('1', { phase: 'succeeded' });
    await run();
    const before = posts();
    await said('2', { phase: 'succeeded' });
    await run();

    expect(await subscriptionsIn(world.database.db, world.channelId('quiet'))).toMatchObject([
      { paused: { why: 'is_archived' } },
    ]);
    expect(posts()).toBe(before);
  });
});

describe('leaving', () => {
  it('takes one press of anybody there, and what is under way is followed no more', async () => {
    await subscribed();
    await said('1', { phase: 'started' });
    await run();
    await world.press(only(), 'subscription_stop', { user: 'grace' });
    time = after(5);
    await run();
    await said('1', { phase: 'failed' });
    await said('2', { phase: 'succeeded' });
    await run();

    expect(drawn()).toHaveLength(1);
    expect(drawn()[0]).toContain('stopped by Grace: this is followed no more.');
    expect(drawn()[0]).not.toContain('subscription_stop');
    expect(world.lastTold('grace', 'ops').text).toContain('*Stopped.*');
    expect(world.slack.messages('ops', 'ada').map(({ text }) => text)).toContain(
      'I told here of deploys in production, until Grace stopped it.',
    );

    await world.press(only(), 'subscription_stop', { user: 'ada' }).catch(() => undefined);
  });

  it('is offered by the list of the channel, and of no other', async () => {
    const here = await subscribed();
    await world.type('/since', 'subscriptions', { channel: 'ops' });
    const list = world.lastTold('ada', 'ops');

    expect(JSON.stringify(list.blocks)).toContain('deploys in production');
    expect(await world.type('/since', 'subscriptions', { channel: 'random' })).toContain('Nothing is told');

    await world.press(list, 'subscription_remove');

    expect(await subscriptionsIn(world.database.db, here.channelId)).toEqual([]);
    expect(JSON.stringify(world.lastTold('ada', 'ops').blocks)).toContain('Nothing is told in this channel');
  });
});

it('nothing is enqueued while nobody waits', async () => {
  await said('1', { phase: 'succeeded' });

  expect(await nextJob()).toBeNull();

  const here = await subscribed();
  await said('2', { phase: 'succeeded' });

  expect(await nextJob()).toMatchObject({ name: 'tell-subscribers', payload: { news: true } });

  await sql`update subscriptions set ended_at = now(), ended_by_name = 'Ada' where id = ${here.id}`.execute(
    world.database.db,
  );
  await said('3', { phase: 'succeeded' });

  expect(await nextJob()).toBeNull();
});

it.each<[Kind, boolean]>([
  ['deploy', true],
  ['rollback', true],
  ['flag', false],
])('a subscription to %s leaves what is no deploy to be recorded as fast as ever: %s', async (kind, quiet) => {
  const { onlyDeploysAreAwaited } = await import('../src/subscriptions/jobs.ts');
  await subscribed({ kinds: [kind] });
  const { rows } = await sql<{ quiet: boolean }>`select ${onlyDeploysAreAwaited} as quiet`.execute(world.database.db);

  expect(rows).toEqual([{ quiet }]);
});
