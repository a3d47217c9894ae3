import { seesEverything } from '../src/domain/viewer.ts';
import { subMinutes } from 'date-fns';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fact } from '../src/domain/facts/fact.ts';
import { storeSnapshot } from '../src/parity/store-snapshot.ts';
import { createAlarms } from '../src/slack/alarms.ts';
import { catalog, type SlackIncidents, startSlackIncidents } from './slack-incidents.ts';
import { incidentParts } from './incident-parts.ts';
import { env, snapshotStore } from './snapshots.ts';

/** What people do in Slack, kept and judged as the service does it: nothing stands in for the database. */
let world: SlackIncidents;
let time: Date;

beforeAll(async () => {
  world = await startSlackIncidents();
  time = new Date();
});
afterAll(() => world.stop());

/** As collectors report, so many minutes ago. */
async function see(minutes: number, environment: string, facts: readonly Fact[]): Promise<void> {
  const { context } = snapshotStore(world.database);
  const takenAt = subMinutes(time, minutes);
  const stored = await storeSnapshot(
    context,
    {
      environment,
      collector: 'dotenv',
      collectorVersion: '1',
      takenAt: takenAt.toISOString(),
      complete: true,
      notSeen: [],
      facts,
    },
    takenAt,
  );
  expect(stored).toMatchObject({ outcome: 'stored' });
}

const common = ['A', 'B', 'C', 'D'].map((key) => env(key, '1'));

/** As the job does, a while later each time: a channel takes one message a second. */
async function tellAlarms(): Promise<void> {
  const { parity } = incidentParts(world.database.db, catalog);
  const alarms = createAlarms({
    db: world.database.db,
    pairs: parity.pairs,
    viewer: seesEverything,
    compare: parity.compare,
    channelOf: () => '#ops',
    botToken: 'xoxb-bot',
    apiUrl: world.slack.apiUrl,
    log: pino({ enabled: false }),
    now: () => time,
  });
  for (const looks of [true, false]) {
    await alarms({ pair: { reference: 'production', mirror: 'staging' }, looks });
    time = new Date(time.getTime() + 2000);
  }
}

function inOps(): readonly string[] {
  return world.slack.messages('ops', 'ada').map(({ blocks }) => JSON.stringify(blocks));
}

it('a variable that drifts is told once, accepted by one person, and does not count any more', async () => {
  for (const environment of ['production', 'staging']) {
    await see(180, environment, [...common, env('POOL', '10')]);
    await see(120, environment, [...common, env('POOL', '10')]);
  }
  await tellAlarms();
  const before = inOps().length;
  await see(90, 'staging', [...common, env('POOL', '5')]);
  await see(60, 'production', [...common, env('POOL', '10')]);
  await see(30, 'staging', [...common, env('POOL', '5')]);
  await tellAlarms();
  await tellAlarms();

  expect(inOps().slice(before)).toEqual([expect.stringMatching(/POOL.*10.*5/)]);
  expect(await world.type('/parity', '', { user: 'ada', channel: 'random' })).toContain('1 unexplained');

  await world.type('/parity', 'accept POOL', { user: 'ada', channel: 'random' });
  await world.slack.submit(world.openModal('ada'), {
    user: 'ada',
    entered: { reason: 'staging is small', impact: 'none', owner: '@payments' },
  });
  await tellAlarms();
  const answer = await world.type('/parity', '', { user: 'grace', channel: 'random' });

  expect(answer).not.toContain('unexplained');
  expect(answer).toContain('Parity 100 %');
  expect(inOps()).toHaveLength(before + 1);
  expect(inOps().at(-1)).not.toContain('parity_alarm_accept');
});

it('a secret that differs takes two people', async () => {
  for (const environment of ['production', 'staging']) {
    await see(20, environment, [
      ...common,
      env('POOL', '5'),
      env('API_KEY', { digest: 'hmac-sha256:aaaaaaaaaaaaaaaa' }),
    ]);
  }
  await see(10, 'staging', [...common, env('POOL', '5'), env('API_KEY', { digest: 'hmac-sha256:bbbbbbbbbbbbbbbb' })]);
  await world.type('/parity', 'accept API_KEY', { user: 'ada', channel: 'random' });
  await world.slack.submit(world.openModal('ada'), {
    user: 'ada',
    entered: { reason: 'a key of its own', impact: 'none', owner: '@payments' },
  });
  await world.settled();

  const unexplained = () => world.type('/parity', 'unexplained', { user: 'ada', channel: 'random' });
  expect(await unexplained()).toContain('API_KEY');

  const { id } = await world.database.db
    .selectFrom('acceptances')
    .select('id')
    .where('key', '=', 'API_KEY')
    .executeTakeFirstOrThrow();
  expect(await world.type('/parity', `confirm ${id}`, { user: 'ada', channel: 'random' })).toContain('somebody else');
  expect(await world.type('/parity', `confirm ${id}`, { user: 'grace', channel: 'random' })).toContain('*Confirmed*');
  expect(await unexplained()).not.toContain('API_KEY');
});
