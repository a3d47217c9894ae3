import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serverError } from '../playground/slack/faults.ts';
import { readSettings } from '../src/config/settings.ts';
import type { Statement } from '../src/domain/event.ts';
import { relateDeploy } from '../src/deploys/relate.ts';
import { startGuards } from '../src/start/guards.ts';
import { guardOf } from '../src/backports/guards.ts';
import { findBackport } from '../src/backports/list.ts';
import { fixesOf } from '../src/backports/lost-fixes.ts';
import { withRevertedFixes } from '../src/timeline/reverted-fixes.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { type Story, catalog, endStories, fixed, pullRequest, startStory } from './backports.ts';
import { insertIncident } from './incidents.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

let world: SlackIncidents;
let story: Story;
let time: Date;
let hotfix: string;
let incident: string;

beforeAll(async () => {
  world = await startSlackIncidents();
});
afterAll(() => world.stop());

/** The fix of an incident that is over runs in production, beside what staging runs. */
beforeEach(async () => {
  await world.clear();
  story = await startStory(world.database);
  time = new Date('2026-11-20T14:05:00Z');
  ({ id: incident } = await insertIncident(world.database.db, {
    started_at: new Date('2026-11-20T14:00:00Z'),
    resolved_at: new Date('2026-11-20T14:05:00Z'),
  }));
  await story.deploy(0, 'staging', story.repo.head());
  await story.open(await story.deploy(1, 'production', story.begin, { to: 'v1.0' }));
  hotfix = story.on('release', 'Retry payment calls', { 'src/checkout.ts': fixed });
  await story.merge(2, 'release', hotfix, { pullRequest: pullRequest(123, 'Retry payment calls', 'ada-l') });
  await story.open(await story.deploy(3, 'production', hotfix, { to: 'v1.0.1' }));
  return endStories;
});

function settings() {
  const read = readSettings("{ services: { checkout: { channel: '#ops' } } }");
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  return read.settings;
}

/** What the job does, in a process of its own. */
async function guard(changeId: string, more: Partial<Story['dependencies']> & { readonly looks?: boolean } = {}) {
  const { looks = true, ...dependencies } = more;
  const handler = await startGuards({
    configuration: {
      settings: settings(),
      environment: {
        slack: { mode: 'http', botToken: 'xoxb-bot', signingSecret: 'a-signing-secret' },
        slackApiUrl: world.slack.apiUrl,
      },
    },
    backports: { ...story.dependencies, now: () => time, ...dependencies },
    logger: pino({ enabled: false }),
    now: () => time,
  });
  await handler({ changeId, looks }, AbortSignal.timeout(60_000));
  time = new Date(time.getTime() + 2000);
}

const started = (minute: number, commit: string, more: Partial<Statement> = {}) =>
  story.deploy(minute, 'production', commit, {
    phase: 'started',
    to: 'v1.1',
    actor: { login: 'grace' },
    runUrl: 'https://github.com/acme/checkout/actions/runs/7',
    key: `deploy:${commit}`,
    ...more,
  });

/** The end of a deploy that began. */
async function ended(changeId: string, minute: number, phase: 'succeeded' | 'failed' | 'cancelled') {
  const at = `2026-11-20T14:${minute}:00.000Z`;
  await sql`
    update changes set status = ${phase}, at = ${at}::timestamptz,
      events = events || jsonb_set(jsonb_set(jsonb_set(events -> 0, '{statement,phase}', to_jsonb(${phase}::text)),
        '{statement,occurredAt}', to_jsonb(${at}::text)), '{statement,key}', to_jsonb(${`end:${changeId}:${phase}`}::text))
    where id = ${changeId}::bigint
  `.execute(world.database.db);
}

const inOps = () => world.slack.messages('ops', 'ada');
const drawn = () => inOps().map(({ blocks }) => JSON.stringify(blocks));
const outcomes = async () =>
  await world.database.db.selectFrom('guards').select(['outcome', 'why', 'rollback']).orderBy('change_id').execute();

describe('a deploy that lacks a live fix', () => {
  it('is told when it begins', async () => {
    await guard(await started(10, story.repo.head()));

    expect(inOps().map(({ text }) => text)).toEqual([
      [
        `This deploy reverts fix #123 from INC-${incident}, live for 2 min`,
        'checkout v1.1 to production · begun by grace 2026-11-20 14:10 UTC',
        'Retry payment calls · made by ada-l · its version has it in no form',
        'It is under way: stop it, or deploy a version that has the fix.',
      ].join('\n'),
    ]);
    expect(drawn()[0]).toContain('<https://github.com/acme/checkout/actions/runs/7|run>');
  });

  it.each([
    ['failed', 'This deploy would have reverted fix #123', 'It failed, 2026-11-20 14:12 UTC: nothing reverted.'],
    [
      'cancelled',
      'This deploy would have reverted fix #123',
      'It was stopped, 2026-11-20 14:12 UTC: nothing reverted.',
    ],
    [
      'succeeded',
      'This deploy reverted fix #123',
      'It went through, 2026-11-20 14:12 UTC: fix #123 is no longer in production.',
    ],
  ] as const)('that %s is told in the same message', async (phase, head, end) => {
    const deploy = await started(10, story.repo.head());
    await guard(deploy);
    await ended(deploy, 12, phase);
    await guard(deploy);

    expect(inOps()).toHaveLength(1);
    expect(inOps()[0]?.text).toContain(head);
    expect(inOps()[0]?.text).toContain(end);
  });

  it('is told to have gone through when nobody told of its beginning', async () => {
    await guard(await story.deploy(10, 'production', story.repo.head(), { to: 'v1.1' }));

    expect(inOps()[0]?.text).toContain('fix #123 is no longer in production');
  });

  it('is followed until a deploy brings the fix back, in its form or another', async () => {
    const deploy = await started(10, story.repo.head());
    await guard(deploy);
    await ended(deploy, 12, 'succeeded');
    await guard(deploy);
    const [open] = await story.list();
    story.repo.git('cherry-pick', hotfix);
    const next = await story.deploy(20, 'production', story.repo.head(), { to: 'v1.2', actor: { login: 'ada' } });
    await guard(next);
    const [back] = await story.list();

    expect(inOps()).toHaveLength(1);
    expect(inOps()[0]?.text).toContain(
      'It went through, and fix #123 is back in production with checkout v1.2 by ada, 2026-11-20 14:20 UTC.',
    );
    // The obligation stays: staging lacks it still.
    expect(open).toMatchObject({ state: 'open', note: 'production lost it with v1.1' });
    expect(back).toMatchObject({ state: 'open', note: null });
  });

  it('leaves the obligation open when it is judged anew', async () => {
    await guard(await story.deploy(10, 'production', story.repo.head(), { to: 'v1.1' }));
    await story.settle();

    expect(await story.list()).toMatchObject([{ state: 'open', note: 'production lost it with v1.1' }]);
  });

  it('tells again when it is lost again, live since it was back', async () => {
    const without = story.repo.head();
    await guard(await story.deploy(10, 'production', without, { to: 'v1.1' }));
    await guard(await story.deploy(20, 'production', hotfix, { to: 'v1.0.1' }));
    await guard(await story.deploy(30, 'production', without, { to: 'v1.1' }));

    expect(inOps()).toHaveLength(2);
    const rows = await sql<{ since: Date }>`select live_since as since from guarded_fixes order by change_id`.execute(
      world.database.db,
    );
    expect(rows.rows.map(({ since }) => since.toISOString().slice(11, 16))).toEqual(['14:03', '14:20']);
  });

  it('is a risk of it wherever it is shown', async () => {
    const deploy = await started(10, story.repo.head());
    await guard(deploy);
    const row = await world.database.db
      .selectFrom('changes')
      .select(changeColumns)
      .where('id', '=', deploy)
      .executeTakeFirstOrThrow();
    const [change] = await withRevertedFixes(world.database.db, [changeOfRow(row, catalog)], []);

    expect(change?.risks[0]).toEqual({
      name: 'reverts-fix',
      text: `reverts fix #123 from INC-${incident}, live for 2 min`,
    });
    // Its incident is of a service of which they see nothing.
    await world.database.db
      .updateTable('incidents')
      .set({ services: ['payroll'] })
      .where('id', '=', incident)
      .execute();
    const [told] = await withRevertedFixes(world.database.db, [changeOfRow(row, catalog)], ['payroll']);
    expect(told?.risks[0]?.text).toBe('reverts fix #123, live for 2 min');
    const named = async (hidden: readonly string[]) =>
      (await guardOf(world.database.db, catalog, { changeId: deploy, hidden }))?.fixes.map((fix) => fix.incidentId);
    expect([await named([]), await named(['payroll'])]).toEqual([[incident], [null]]);
    // Nor at the gate, nor in the text of its pull request.
    const { db } = world.database;
    const place = { repository: 'acme/checkout', environment: 'production', services: ['checkout'] };
    const atGate = async (untold: readonly string[]) =>
      (await fixesOf(db, { ...place, untold })).map((fix) => fix.incidentId);
    expect([await atGate([]), await atGate(['payroll'])]).toEqual([[incident], [null]]);
    const id = (await story.list())[0]?.id ?? '';
    expect((await findBackport(db, id, [], ['payroll']))?.incidentId).toBeNull();
    // As are the fixes of such a service.
    const [untold] = await withRevertedFixes(world.database.db, [changeOfRow(row, catalog)], ['checkout']);
    expect(untold?.risks).toEqual(change?.risks.slice(1));
  });
});

describe('a rollback', () => {
  it('that takes the fix back too is told as what it is', async () => {
    await guard(await started(10, story.begin, { to: 'v1.0' }));

    expect(inOps()[0]?.text).toContain(`This rollback also takes back fix #123 from INC-${incident}, live for 2 min`);
  });

  it('is told so, too, when it is over and known as one', async () => {
    const deploy = await story.deploy(10, 'production', story.begin, { to: 'v1.0' });
    await relateDeploy(
      {
        db: world.database.db,
        catalog,
        readCarried: () => Promise.resolve({ outcome: 'unknown', why: 'no', again: false }),
      },
      deploy,
    );
    await guard(deploy);

    expect(inOps()[0]?.text).toContain('This rollback also took back fix #123');
  });
});

describe('a fix that nobody can compare', () => {
  let logo: string;
  let without: string;

  beforeEach(async () => {
    logo = story.on('release', 'Replace the logo', { 'logo.png': Buffer.from([0, 1, 2, 3]) });
    await story.open(await story.deploy(4, 'production', logo, { to: 'v1.0.2' }));
    story.repo.git('branch', 'next', hotfix);
    without = story.on('next', 'Go on', { 'GO.md': 'on\n' });
  });

  it('may be taken back: that is told, as what it is, and nothing is concluded from it', async () => {
    const deploy = await started(10, without);
    await guard(deploy);

    expect(inOps()).toHaveLength(1);
    expect(inOps()[0]?.text).toMatch(/^This deploy may revert fix "Replace the logo" from INC-\d+, live for 1 min\n/);
    expect(inOps()[0]?.text).toContain('nobody can tell by its content whether its version has it');
    expect(inOps()[0]?.text).toContain('look whether its version has the fix, and stop it if not');
    expect(drawn()[0]).toContain(':warning:');
    expect(await outcomes()).toMatchObject([{ outcome: 'unknown', why: expect.stringContaining('nobody can tell') }]);

    await ended(deploy, 12, 'succeeded');
    await guard(deploy);

    expect(inOps().map(({ text }) => text.split('\n')[0])).toEqual([
      expect.stringContaining('This deploy may have reverted fix "Replace the logo" from INC-'),
    ]);
    expect((await story.list()).find(({ title }) => title === 'Replace the logo')).toMatchObject({ note: null });
    const row = await world.database.db
      .selectFrom('changes')
      .select(changeColumns)
      .where('id', '=', deploy)
      .executeTakeFirstOrThrow();
    const [shown] = await withRevertedFixes(world.database.db, [changeOfRow(row, catalog)], []);
    expect(shown?.risks.map(({ name }) => name)).not.toContain('reverts-fix');
  });

  it('is back when that very commit is', async () => {
    const deploy = await started(10, without);
    await ended(deploy, 12, 'succeeded');
    await guard(deploy);
    await guard(await story.deploy(14, 'production', logo, { to: 'v1.0.2', key: 'again' }));

    expect(inOps()[0]?.text).toContain('fix "Replace the logo" is back in production');
  });

  it('is not told of where its commit is there', async () => {
    await guard(await started(10, story.on('release', 'Go on', { 'GO.md': 'on\n' })));

    expect(inOps()).toEqual([]);
  });
});

describe('a version that takes the fix back by a commit', () => {
  it('is told with the commit', async () => {
    story.repo.git('checkout', '--quiet', 'release');
    story.repo.git('revert', '--no-edit', 'HEAD');
    const revert = story.repo.head();
    story.repo.git('checkout', '--quiet', 'main');
    await guard(await started(10, revert));

    expect(inOps()[0]?.text).toContain(`taken back by ${revert.slice(0, 7)} of its version`);

    // Once it runs, the fix is not live any more: nobody is told of the next one.
    await guard(await story.deploy(12, 'production', revert, { to: 'v1.0.2' }));
    await guard(await story.deploy(14, 'production', story.repo.head(), { to: 'v1.1' }));

    expect(inOps()).toHaveLength(1);
  });
});

describe('nothing is told of', () => {
  it.each<[string, () => Promise<string>]>([
    ['a version that has the fix', () => started(10, story.on('release', 'Go on', { 'GO.md': 'on\n' }))],
    [
      'a version that has it in another form',
      () => {
        story.repo.git('cherry-pick', hotfix);
        return started(10, story.repo.head());
      },
    ],
    ['a deploy to staging', () => started(10, story.begin, { environmentName: 'staging' })],
    ['a deploy that failed before anybody looked', () => started(10, story.repo.head(), { phase: 'failed' })],
    ['another service', () => started(10, story.repo.head(), { serviceName: 'ledger' })],
    ['a version that nobody knows', () => started(10, story.repo.head(), { commit: 'f'.repeat(40) })],
    ['a name that git could take for an option', () => started(10, story.repo.head(), { commit: '--all' })],
    [
      'a deploy of last week',
      () => {
        time = new Date('2026-11-27T14:00:00Z');
        return started(10, story.repo.head());
      },
    ],
  ])('%s', async (_, deploy) => {
    await guard(await deploy());

    expect(inOps()).toEqual([]);
  });

  it('a fix that is waived', async () => {
    await sql`
      update backports set state = 'waived', waived_by = 'U1', waived_reason = 'old', waived_until = '2027-01-01'
    `.execute(world.database.db);
    await guard(await started(10, story.repo.head()));

    expect(inOps()).toEqual([]);
  });

  it('what cannot be read: it is unknown, and told when it can', async () => {
    const deploy = await started(10, story.repo.head());
    const origin = fileURLToPath(story.git.baseUrl);
    renameSync(origin, `${origin}-away`);
    await guard(deploy, { git: { ...story.git, folder: `${story.git.folder}-new` } });

    expect(inOps()).toEqual([]);
    expect(await outcomes()).toMatchObject([{ outcome: 'unknown', why: expect.stringContaining('could not be read') }]);
    const { rows } = await sql<{ key: string; later: boolean }>`
      select key, run_at > ${time}::timestamptz as later from graphile_worker.jobs where task_identifier = 'guard-deploy'
    `.execute(world.database.db);
    expect(rows).toEqual([{ key: `guard-deploy:${deploy}`, later: true }]);

    renameSync(`${origin}-away`, origin);
    await guard(deploy, { git: { ...story.git, folder: `${story.git.folder}-new` } });

    expect(inOps()).toHaveLength(1);
    expect(await outcomes()).toEqual([{ outcome: 'reverts', why: null, rollback: false }]);
  });
});

describe('is told once', () => {
  it('by several processes and after restarts', async () => {
    const deploy = await started(10, story.repo.head());
    await Promise.all([1, 2, 3].map(() => guard(deploy)));
    await guard(deploy);

    expect(inOps()).toHaveLength(1);
  });

  it('when two systems tell the same deploy at once', async () => {
    const one = await started(10, story.repo.head(), { source: 'github' });
    const other = await started(11, story.repo.head(), { source: 'argocd' });
    await Promise.all([guard(one), guard(other)]);
    await guard(other);

    expect(inOps()).toHaveLength(1);
  });

  it('when the later of two reports is looked at first', async () => {
    const one = await started(10, story.repo.head(), { source: 'github' });
    const other = await started(11, story.repo.head(), { source: 'argocd' });
    for (const each of [other, one, other]) await guard(each);

    expect(inOps()).toHaveLength(1);
  });

  it('also when Slack is down meanwhile', async () => {
    const deploy = await started(10, story.repo.head());
    world.slack.failNext('chat.postMessage', serverError);
    await guard(deploy);
    time = new Date(time.getTime() + 20_000);
    await guard(deploy, { looks: false });

    expect(inOps()).toHaveLength(1);
  });
});

describe('an open incident', () => {
  it('is told in the thread of its card', async () => {
    const { id } = await insertIncident(world.database.db, { started_at: new Date('2026-11-20T14:06:00Z') });
    const channel = world.channelId('ops');
    const { ts = '' } = (await (
      await fetch(`${world.slack.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-bot', 'content-type': 'application/json' },
        body: JSON.stringify({ channel, text: 'The card' }),
      })
    ).json()) as { ts?: string };
    await world.database.db
      .insertInto('slack_posts')
      .values({ key: `incident:${id}:card:${channel}`, channel_id: channel, thread_ts: null, ts })
      .execute();
    const deploy = await started(10, story.repo.head());
    await guard(deploy);
    await guard(deploy, { looks: false });

    const told = inOps().filter(({ text }) => text.startsWith('This deploy reverts'));
    expect(told.map(({ threadTs }) => threadTs)).toEqual([null, ts]);
  });
});
