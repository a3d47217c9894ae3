import { addDays, addMinutes, addWeeks } from 'date-fns';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rateLimited } from '../playground/slack/faults.ts';
import type { DigestSources } from '../src/digest/gather.ts';
import { refusedDigests } from '../src/digest/rows.ts';
import { type Viewer, seesEverything } from '../src/domain/viewer.ts';
import type { Composed } from '../src/domain/digest/digest.ts';
import { composeDigest } from '../src/domain/digest/compose.ts';
import type { DigestTarget } from '../src/domain/digest/facts.ts';
import type { DigestTimes } from '../src/domain/digest/schedule.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import type { DigestPort } from '../src/slack/digest/port.ts';
import { createDigests } from '../src/slack/digests.ts';
import { renderDetails } from '../src/slack/messages/digest-details.ts';
import { emptyTables } from './database.ts';
import { aBackport, backportFacts, busyFacts, everything, scopeOf, scores } from './digests.ts';
import { backportsInMemory } from './backports-port.ts';
import { aView } from './nag-views.ts';
import { parityInMemory } from './parity-port.ts';
import { aReport, busyReport } from './parity-reports.ts';
import { type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';

const times: DigestTimes = { day: 'monday', time: '09:00', timezone: 'Europe/London' };
/** Thursday, then the Monday that is due, then after it. */
const before = new Date('2026-11-19T12:00:00Z');
const due = new Date('2026-11-23T09:00:00Z');
const { held, port } = parityInMemory();
const backports = backportsInMemory();
let preview: Composed;
let reader: Viewer = seesEverything;

const digest: DigestPort = {
  times,
  channel: '#ops',
  ofServices: false,
  preview: () => Promise.resolve(preview),
};

let world: SlackIncidents;
let time = before;
let callsBefore = 0;
const logged: string[] = [];

beforeAll(async () => {
  world = await startSlackIncidents({ parity: port, digest, backports: backports.port });
});
afterAll(() => world.stop());
beforeEach(async () => {
  await world.clear();
  await keepScores();
  callsBefore = world.slack.calls.length;
  time = before;
  reader = seesEverything;
  held.report = busyReport(due);
  logged.length = 0;
  backports.held.views = [aView({ backport: { id: '7' } })];
  backports.held.followed = [];
  preview = composeDigest(busyFacts(due), { scope: everything, dueAt: due, previous: null });
});

/** As the days before have left them. */
async function keepScores(): Promise<void> {
  const { db } = world.database;
  await emptyTables(db, 'parity_scores');
  const kept = scores([85, 86, 86, 88, 87, 90, 91, 90, 89, 91, 91, 94.2], due, 5);
  await db
    .insertInto('parity_scores')
    .values(
      kept.map(({ day, score, coverage, unexplained }) => ({
        reference: 'production',
        mirror: 'staging',
        day,
        compared_at: new Date(day),
        score,
        coverage,
        facts: 1200,
        equal: 1180,
        counts: JSON.stringify({ unexplained }),
      })),
    )
    .execute();
}

const sources: DigestSources = {
  pairs: [{ reference: 'production', mirror: 'staging' }],
  compare: (asked) => port.compare({ ...asked, viewer: seesEverything }),
  openBackports: () => Promise.resolve([backportFacts(aBackport({ id: '7' }, due))]),
  homeSince: () => Promise.resolve([]),
  owners: () => Promise.resolve(() => 'ada'),
  actors: () => Promise.resolve((actor) => actor),
  measures: () => Promise.resolve(null),
  risks: () => Promise.resolve({ found: [], newest: null }),
  viewerIn: () => reader,
  visible: (report, { hidden }) => {
    const differences = report.differences.filter(({ service }) => service === null || !hidden.includes(service));
    return Promise.resolve({ ...report, differences });
  },
};

const ops: DigestTarget = { named: '#ops', scope: everything };

/** As one process does it. */
function processOf(targets: readonly DigestTarget[] = [ops], of = times) {
  return createDigests({
    db: world.database.db,
    times: of,
    targets,
    sources,
    botToken: 'xoxb-bot',
    apiUrl: world.slack.apiUrl,
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    now: () => time,
  });
}

/** Comes back as often as it wants to, as its job does. */
async function tend(run = processOf()): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const again = await run();
    if (again === null) return;
    time = new Date(Math.max(again.getTime(), time.getTime() + 1000));
  }
  throw new Error('it never ends');
}

const said = (channel = 'ops') => world.slack.messages(channel, 'ada').filter(({ notice }) => notice === null);
const first = (channel = 'ops') => said(channel).filter(({ threadTs }) => threadTs === null);
const drawn = (channel = 'ops') => first(channel).map(({ blocks }) => JSON.stringify(blocks));
/** What this test had the bot ask of Slack. */
const callsOf = (asked: string) => world.slack.calls.slice(callsBefore).filter(({ method }) => method === asked);
const rows = () => world.database.db.selectFrom('digests').selectAll().orderBy('due_at').orderBy('channel').execute();

/** The settings have named the channel long before it is due. */
async function onMonday(run = processOf()): Promise<void> {
  await tend(run);
  time = addMinutes(due, 1);
  await tend(run);
}

async function channelWithBot(name: string) {
  await world.slack.createChannel(name, { user: 'ada' });
  return world.slack.inviteBot(name, { user: 'ada' });
}

describe('the weekly digest', () => {
  it('is told in its channel when it is due, with its details in the thread', async () => {
    await tend();

    expect(said()).toEqual([]);

    time = due;
    await tend();
    const [message] = first();

    expect(first()).toHaveLength(1);
    expect(message?.text).toMatch(/^Parity 94 % \(\+3\), of 87 % covered · 3 unexplained, last week 5/);
    expect(said().filter(({ threadTs }) => threadTs === message?.ts)).toHaveLength(3);
    expect(said().flatMap(({ text, blocks }) => blockKitProblems({ text, blocks }))).toEqual([]);
    expect(await rows()).toMatchObject([{ channel: world.channelId('ops'), week: '2026-W48', state: 'told' }]);
  });

  it('tells a channel what those who read it there may see', async () => {
    await onMonday();
    expect(JSON.stringify(said())).toContain('openssl');
    await world.clear();
    time = before;
    reader = { hidden: ['ledger'] };
    await onMonday();

    expect(first()).toHaveLength(1);
    expect(JSON.stringify(said())).not.toContain('openssl');
  });

  it('is told once for ever, also by two processes at once and after restarts', async () => {
    await tend();
    time = addMinutes(due, 1);
    await Promise.all([tend(processOf()), tend(processOf()), tend(processOf())]);
    time = addMinutes(due, 30);
    await Promise.all([tend(processOf()), tend(processOf())]);
    time = addDays(due, 3);
    await tend(processOf());

    expect(said()).toHaveLength(4);
    expect(callsOf('chat.postMessage')).toHaveLength(4);
  });

  it('is told once where Slack took it and its answer was lost', async () => {
    await tend();
    time = due;
    world.slack.loseNextAnswer('chat.postMessage');
    await tend();

    expect(first()).toHaveLength(1);
    expect(said()).toHaveLength(4);
  });

  it('that was missed is told on return, once and not the backlog, and says so', async () => {
    await tend();
    time = addDays(addWeeks(due, 3), 2);
    await tend();

    expect(first()).toHaveLength(1);
    expect(first()[0]?.text).toContain('It was due 2026-12-14 09:00 UTC, when I was not running.');
    expect((await rows()).map(({ week }) => week)).toEqual(['2026-W51']);
  });

  it('that was due before the settings named the channel is not told', async () => {
    time = addDays(due, 1);
    await tend();

    expect(said()).toEqual([]);
    expect(await rows()).toEqual([]);

    time = addWeeks(due, 1);
    await tend();

    expect(first()).toHaveLength(1);
  });

  it('comes the next week again, and knows the last', async () => {
    await onMonday();
    held.report = aReport([], { at: addWeeks(due, 1), score: { score: 97, coverage: 90, moved: [] } });
    time = addWeeks(due, 1);
    await tend();

    expect(first()).toHaveLength(2);
    expect(first()[1]?.text).toContain('0 unexplained, last week 3');
  });

  it('says nothing where nothing changed and nothing is to do, and keeps why', async () => {
    const quiet = { ...sources, openBackports: () => Promise.resolve([]) };
    const run = createDigests({
      db: world.database.db,
      times,
      targets: [ops],
      sources: quiet,
      botToken: 'xoxb-bot',
      apiUrl: world.slack.apiUrl,
      log: pino({ enabled: false }),
      now: () => time,
    });
    held.report = aReport([], { at: due });
    await onMonday(run);
    time = addWeeks(due, 1);
    await tend(run);

    // The first says that all is well: nobody knows yet that it was so before.
    expect(first()).toHaveLength(1);
    expect(await rows()).toMatchObject([
      { week: '2026-W48', state: 'told' },
      { week: '2026-W49', state: 'quiet', why: expect.stringMatching(/^Nothing changed since last week/) },
    ]);
  });

  it('of many channels leaves Slack room for others, and reads what it tells once', async () => {
    const channels = [];
    for (let index = 0; index < 12; index += 1) {
      channels.push(await channelWithBot(`team-${index}`));
    }
    const targets = channels.map(({ id }, index) => ({
      named: id,
      scope: scopeOf(index % 2 === 0 ? 'checkout' : 'ledger'),
    }));
    const run = processOf(targets);
    await tend(run);
    time = due;
    const compared = held.compared;
    await run();
    const writes = callsOf('chat.postMessage').length;
    await tend(run);

    expect(writes).toBeLessThanOrEqual(8);
    expect(held.compared - compared).toBe(1);
    expect(channels.map(({ name }) => first(name).length)).toEqual(channels.map(() => 1));
    expect(drawn('team-1')[0]).toContain('of *ledger*');
    expect(drawn('team-1')[0]).not.toMatch(/PAYMENT_TIMEOUT|Cap batch/);
  });

  it('waits where Slack limits it', async () => {
    await tend();
    time = due;
    world.slack.failNext('chat.postMessage', rateLimited(7));
    const again = await processOf()();

    expect(again?.getTime()).toBeGreaterThanOrEqual(due.getTime() + 7000);

    await tend();

    expect(first()).toHaveLength(1);
  });
});

describe('its chart', () => {
  const chartOf = () => drawn()[0] ?? '';

  it('is drawn by Slack', async () => {
    await onMonday();

    expect(chartOf()).toContain('data_visualization');
  });

  it('is a picture with words where Slack refuses its block', async () => {
    const accept = world.slack.refuseBlocks('data_visualization');
    try {
      await onMonday();
    } finally {
      accept();
    }
    const [upload] = callsOf('files.completeUploadExternal');
    const [message] = first();
    const image = message?.blocks.find(({ type }) => type === 'image');

    expect(first()).toHaveLength(1);
    expect(upload?.args['channel_id']).toBeUndefined();
    expect(image).toMatchObject({
      slack_file: { id: expect.stringMatching(/^F/) },
      alt_text: expect.stringContaining('Parity, Sep 7 to Nov 23'),
    });
    expect(said()).toHaveLength(4);
    expect(await rows()).toMatchObject([{ chart: 'picture', state: 'told' }]);
  });

  it('is in words where Slack takes no picture either', async () => {
    const accept = [world.slack.refuseBlocks('data_visualization'), world.slack.refuseBlocks('image')];
    try {
      await onMonday();
    } finally {
      for (const each of accept) each();
    }

    expect(first()).toHaveLength(1);
    expect(chartOf()).toContain('Parity, Sep 7 to Nov 23: ▁▂▂▃▃▅▆▅▄▆▆█');
    expect(await rows()).toMatchObject([{ chart: 'words', state: 'told' }]);
  });

  it('is in words where no file can be given to Slack', async () => {
    const accept = world.slack.refuseBlocks('data_visualization');
    world.slack.failNext('files.getUploadURLExternal', {
      status: 200,
      headers: {},
      response: { ok: false, error: 'missing_scope' },
    });
    try {
      await onMonday();
    } finally {
      accept();
    }

    expect(chartOf()).toContain('▁▂▂▃▃▅▆▅▄▆▆█');
    expect(await rows()).toMatchObject([{ chart: 'words', state: 'told' }]);
  });
});

describe('a channel that takes none', () => {
  it('because it was archived, is asked once, remembered and told to whoever looks after the bot', async () => {
    const id = world.channelId('ops');
    await world.slack.archiveChannel('ops', { user: 'ada' });
    try {
      const target = { named: id, scope: everything };
      await onMonday(processOf([target]));
      time = addDays(due, 2);
      await tend(processOf([target]));
    } finally {
      await world.slack.unarchiveChannel('ops', { user: 'ada' });
      await world.slack.inviteBot('ops', { user: 'ada' });
    }

    expect(callsOf('chat.postMessage').filter(({ args }) => args['channel'] === id)).toHaveLength(1);
    expect(await rows()).toMatchObject([{ state: 'refused', why: expect.stringContaining('is_archived') }]);
    expect(await refusedDigests(world.database.db)).toMatchObject([{ channel: id, week: '2026-W48' }]);
    expect(logged.join('\n')).toContain('a channel takes no digest');
  });

  it('because there is none of that name, is remembered by it', async () => {
    await onMonday(processOf([{ named: '#gone', scope: everything }]));

    expect(await rows()).toMatchObject([{ channel: '#gone', state: 'refused' }]);
    expect(await refusedDigests(world.database.db)).toMatchObject([{ channel: '#gone' }]);
  });

  it('this week is asked again the next', async () => {
    await onMonday(processOf([{ named: '#later', scope: everything }]));
    await channelWithBot('later');
    time = addWeeks(due, 1);
    await tend(processOf([{ named: '#later', scope: everything }]));

    expect(first('later')).toHaveLength(1);
    expect(await refusedDigests(world.database.db)).toEqual([]);
  });
});

describe('its menu', () => {
  async function choose(value: string, user = 'grace') {
    const [message] = first();
    if (message === undefined) throw new Error('there is no digest');
    await world.press(message, 'digest_menu', { user, values: [value] });
  }

  it('mutes the channel, and its message says who did', async () => {
    await onMonday();
    await choose('mute:2026-W48');

    expect(world.lastTold('grace', 'ops').text).toContain('This channel gets no digest until somebody unmutes it');

    await tend();

    expect(drawn()[0]).toContain(`<@${world.idOf('grace')}> muted the digest here until somebody unmutes it`);
    expect(drawn()[0]).toContain('unmute:2026-W48');

    time = addWeeks(due, 1);
    await tend();

    expect(first()).toHaveLength(1);
    expect((await rows()).at(-1)).toMatchObject({ state: 'muted', why: expect.stringContaining(world.idOf('grace')) });

    await choose('unmute:2026-W48');
    await tend();

    expect(drawn()[0]).not.toContain('muted the digest');

    time = addWeeks(due, 2);
    await tend();

    expect(first()).toHaveLength(2);
  });

  it('is muted for four weeks', async () => {
    await onMonday();
    await choose('mute-month:2026-W48');
    const mutes = await world.database.db.selectFrom('digest_words').selectAll().execute();

    expect(mutes).toMatchObject([
      { kind: 'muted', by: world.idOf('grace'), week: '2026-W48', channel: world.channelId('ops') },
    ]);
    expect(mutes[0]?.until?.getTime()).toBeGreaterThan(Date.now() + 27 * 86_400_000);
  });

  it('keeps who says that it is not useful, and why', async () => {
    await onMonday();
    await choose('useless:2026-W48');
    await world.slack.submit(world.openModal('grace'), { user: 'grace', entered: { why: 'noise', note: 'fewer' } });

    expect(await world.database.db.selectFrom('digest_words').selectAll().execute()).toMatchObject([
      { kind: 'useless', cause: 'noise', note: 'fewer', by: world.idOf('grace'), week: '2026-W48' },
    ]);
    expect(JSON.stringify(world.openModal('grace').blocks)).toContain('Kept.');

    await choose('settings:2026-W48', 'ada');

    expect(world.lastTold('ada', 'ops').text).toContain('told on Mondays at 09:00 (Europe/London)');
    expect(world.lastTold('ada', 'ops').text).toContain('People said here 1 time that it is not useful.');
  });

  it('is not for guests', async () => {
    await onMonday();
    await choose('mute:2026-W48', 'guest');

    expect(await world.database.db.selectFrom('digest_words').selectAll().execute()).toEqual([]);
  });
});

describe('its buttons', () => {
  it('open the pull request of a backport, and explain a difference', async () => {
    await onMonday();
    const [message] = first();
    if (message === undefined) throw new Error('there is no digest');
    await world.press(message, 'backport_open', { user: 'ada' });

    expect(backports.held.followed).toEqual(['7']);
    expect(world.lastTold('ada', 'ops').text).toContain('I am opening the pull request.');

    await world.press(message, 'parity_about', { user: 'ada' });

    expect(JSON.stringify(world.openModal('ada'))).toContain('Which change is why?');
  });
});

describe('/parity digest', () => {
  const ask = (text: string) => world.type('/parity', text, { channel: 'ops' });

  it('now shows it to who asks alone, and tells nobody', async () => {
    const answer = await ask('digest now');

    expect(answer).toContain('Parity 94 %');
    expect(answer).toContain('A preview: only you see this.');
    expect(answer).toContain('data_visualization');
    expect(answer).not.toContain('digest_menu');
    expect(first().filter(({ onlyFor }) => onlyFor === null)).toEqual([]);
    expect(world.slack.messages('ops', 'grace')).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('now shows its thread at a press, as it would be posted, to who pressed alone', async () => {
    await ask('digest now');
    const before = world.slack.messages('ops', 'ada').length;
    await world.press(world.lastTold('ada', 'ops'), 'digest_thread');
    const shown = world.slack.messages('ops', 'ada').slice(before);

    expect(shown.map(({ text }) => text)).toEqual(renderDetails(preview.digest).map(({ text }) => text));
    expect(shown.every(({ onlyFor }) => onlyFor === world.idOf('ada'))).toBe(true);
    expect(JSON.stringify(shown)).not.toContain('digest_thread');
    expect(await rows()).toEqual([]);
  });

  it('now shows a thread of more messages than Slack takes at once in two presses', async () => {
    const pairs = Array.from({ length: 6 }, (_, index) => ({
      report: aReport([], { pair: { reference: 'production-eu', mirror: `production-${index}` } }),
      scores: [],
      versions: new Map([['web', { reference: '2', mirror: '1' }]]),
    }));
    const facts = busyFacts(due);
    preview = composeDigest(
      { ...facts, pairs: [...facts.pairs, ...pairs] },
      { scope: everything, dueAt: due, previous: null },
    );
    await ask('digest now');
    const before = world.slack.messages('ops', 'ada').length;
    const shown = () => world.slack.messages('ops', 'ada').slice(before);
    await world.press(world.lastTold('ada', 'ops'), 'digest_thread');

    expect(shown()).toHaveLength(5);
    expect(JSON.stringify(shown().at(-1)?.blocks)).toContain('Show 4 more messages');

    await world.press(world.lastTold('ada', 'ops'), 'digest_thread');

    expect(shown().map(({ text }) => text)).toEqual(renderDetails(preview.digest).map(({ text }) => text));
    expect(shown().flatMap(({ text, blocks }) => blockKitProblems({ text, blocks }))).toEqual([]);
  });

  it('now is shown in words where Slack refuses the chart', async () => {
    const accept = world.slack.refuseBlocks('data_visualization');
    const answer = await ask('digest now').finally(accept);

    expect(answer).toContain('▁▂▂▃▃▅▆▅▄▆▆█');
  });

  it('now says that it would be left out', async () => {
    preview = { ...preview, outcome: 'quiet', why: 'Nothing changed.' };

    expect(await ask('digest now')).toContain('Told today, it would be left out: Nothing changed.');
  });

  it.each([
    ['digest settings', 'told on Mondays at 09:00 (Europe/London)'],
    ['digest mute', 'This channel gets no digest until somebody unmutes it'],
    ['digest unmute', 'This channel gets the next digest again.'],
    ['digest tomorrow', '/parity digest now'],
    ['help', '/parity digest now'],
  ])('%s', async (text, answer) => {
    expect(await ask(text)).toContain(answer);
  });
});
