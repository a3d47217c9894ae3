import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import {
  type SeenChannel,
  channelClosed,
  channelRenamed,
  channelReopened,
  channelTopicSet,
  takeChannel,
} from '../src/incidents/channel.ts';
import type { IncidentContext } from '../src/incidents/context.ts';
import { setScope, setSeverity, setStart, setTitle } from '../src/incidents/correct.ts';
import { entriesOf } from '../src/incidents/entries.ts';
import { openIncidents, recentIncidents } from '../src/incidents/find.ts';
import { incidentOfChannel } from '../src/incidents/incident-rows.ts';
import { joinIncidents, partAlert } from '../src/incidents/join.ts';
import { type NewIncident, openIncident } from '../src/incidents/open.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { recordSignals } from '../src/timeline/record-signals.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

const now = new Date('2026-11-20T14:00:00Z');
const ada = 'U0ADA';
let database: TestDatabase;
let context: IncidentContext;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  const read = readSettings('services: { checkout: { aliases: [shop] }, checkout-api: , ledger: }');
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  context = {
    db: database.db,
    catalog: catalogOf(read.settings),
    defaultEnvironment: 'production',
    channelPattern: /^(inc|incident)-/,
  };
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'incidents, incident_signals, incident_entries, signals', {
    restartIdentity: true,
  });
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
});

function minutes(count: number): Date {
  return new Date(now.getTime() + count * 60_000);
}

function open(incident: Partial<NewIncident> = {}, at = now) {
  const whole = { key: null, title: 'Slow', environment: null, services: [], startedAt: at, saidBy: null, ...incident };
  return database.db.transaction().execute((trx) => openIncident(trx, whole, at));
}

function channel(name: string, more: Partial<SeenChannel> = {}): SeenChannel {
  return { id: `C${name.length}`, name, topic: '', private: false, createdAt: now, ...more };
}

async function said(id: string) {
  return (await entriesOf(database.db, id)).map(({ kind, text }) => `${kind}: ${text}`);
}

/** Whose cards will be refreshed. */
async function refreshed() {
  const { rows } = await sql<{ key: string }>`
    select key from graphile_worker.jobs where task_identifier = 'refresh-card' order by key
  `.execute(database.db);
  return rows.map(({ key }) => key);
}

describe('an incident', () => {
  it('is opened once for one key, also by two at once', async () => {
    const report = { key: 'api:page-7', title: 'Checkout fails' };
    const both = await Promise.all([open(report), open(report)]);

    expect(both.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(new Set(both.map(({ incident }) => incident.id)).size).toBe(1);
    expect(await said(both[0].incident.id)).toEqual(['opened: ']);
  });

  it('waits for another that is being opened, and then finds it', async () => {
    const held = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const report = { key: 'k', title: 'Slow', environment: null, services: [], startedAt: now, saidBy: null };
    const first = database.db.transaction().execute(async (trx) => {
      const { incident } = await openIncident(trx, report, now);
      opened.resolve();
      await held.promise;
      return incident;
    });
    await opened.promise;
    const second = open(report);
    for (;;) {
      const waiting = await sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      `.execute(database.db);
      if (waiting.rows.length > 0) break;
    }
    held.resolve();

    expect((await second).incident.id).toBe((await first).id);
  });

  it('has a card from its beginning, which shows what was being recorded meanwhile', async () => {
    const { incident } = await open();

    expect(await refreshed()).toEqual([`refresh-card:${incident.id}`, `refresh-card:${incident.id}:settled`]);
  });

  it.each([
    ['in the future', '2026-11-20T17:00:00Z'],
    ['years ago', '2019-03-01T00:00:00Z'],
  ])('that is told to begin %s began when we heard of it, and what was told is kept', async (_when, told) => {
    const { incident } = await open({ startedAt: new Date(told) });

    expect(incident.startedAt).toEqual(now);
    expect((await said(incident.id)).join()).toContain(new Date(told).toISOString());
  });

  it('may have begun long ago when a person says so', async () => {
    const startedAt = new Date('2026-11-01T00:00:00Z');

    expect((await open({ startedAt, said: { start: true } })).incident.startedAt).toEqual(startedAt);
  });

  it.each([
    ['支付页面报错 <!channel>', '支付页面报错 <!channel>'],
    ['\u0000 \u202e\n', 'Untitled incident'],
    ['Ошибки при оплате\n— много', 'Ошибки при оплате — много'],
    ['😀'.repeat(400), '😀'.repeat(300)],
  ])('has its title and symptom in any language, as text: %j', async (told, kept) => {
    const { incident } = await open({ title: told, symptom: told });

    expect(incident.title).toBe(kept);
    expect(incident.symptom.length).toBeLessThanOrEqual(told.length);
  });

  it('is found while it is open, and afterwards; a private one only by those who may', async () => {
    const { incident } = await open({ title: 'open' });
    const over = await open({ title: 'over' });
    await open({ title: 'hidden', channel: { id: 'C1', name: 'inc-1', private: true } });
    await database.db.updateTable('incidents').set({ resolved_at: now }).where('id', '=', over.incident.id).execute();
    const titles = (found: readonly { title: string }[]) => found.map(({ title }) => title);

    expect(await openIncidents(database.db, { includePrivate: false, hidden: [] })).toEqual([incident]);
    expect(titles(await openIncidents(database.db, { includePrivate: true, hidden: [] }))).toEqual(['hidden', 'open']);
    expect(titles(await recentIncidents(database.db, { includePrivate: false, hidden: [] }))).toEqual(['over', 'open']);
  });
});

describe('a channel', () => {
  it('opens the incident that it was made for, with what its name says', async () => {
    const taken = await takeChannel(context, channel('inc-42-staging-checkout-api-errors'), minutes(1));

    expect(taken).toMatchObject({
      fresh: true,
      incident: {
        title: 'Staging checkout api errors',
        environment: 'staging',
        services: ['checkout-api'],
        startedAt: now,
        openedAt: minutes(1),
        channel: { name: 'inc-42-staging-checkout-api-errors', closed: null },
        private: false,
      },
    });
    expect(await said(taken?.incident.id ?? '')).toEqual(['opened: #inc-42-staging-checkout-api-errors was made']);
  });

  it('of long ago to which we are invited now opens an incident of now', async () => {
    const taken = await takeChannel(context, channel('inc-shop', { createdAt: minutes(-60 * 24 * 90) }), now);

    expect(taken?.incident.startedAt).toEqual(now);
    expect(await said('1')).toEqual(['opened: #inc-shop was made']);
  });

  it('of another name opens none', async () => {
    expect(await takeChannel(context, channel('checkout'), now)).toBeNull();
    expect(await channelRenamed(context, channel('checkout'), now)).toBeNull();
    expect(await channelTopicSet(context, channel('checkout'), now)).toBeNull();
    expect(await channelClosed(context, 'C1', 'archived', now)).toBeNull();
  });

  it('opens one incident, however often and at once it is told of', async () => {
    const seen = channel('inc-shop');
    const all = await Promise.all([1, 2, 3, 4].map(() => takeChannel(context, seen, now)));

    expect(all.filter((each) => each?.fresh)).toHaveLength(1);
    expect(await said('1')).toHaveLength(1);
  });

  it('that is renamed has its incident follow, but for what people said', async () => {
    await takeChannel(context, channel('inc-42-shop-slow', { id: 'C1' }), now);
    const first = await channelRenamed(context, channel('inc-42-ledger-slow', { id: 'C1' }), now);
    await setTitle(database.db, '1', 'The ledger is slow', ada, now);
    await setScope(database.db, '1', { services: ['ledger', 'checkout'] }, ada, now);
    const second = await channelRenamed(context, channel('inc-42-shop-fails', { id: 'C1' }), now);

    expect(first?.incident).toMatchObject({ title: 'Ledger slow', services: ['ledger'] });
    expect(second?.incident).toMatchObject({
      title: 'The ledger is slow',
      services: ['ledger', 'checkout'],
      channel: { name: 'inc-42-shop-fails' },
    });
  });

  it('that gets a name of an incident by renaming opens it then', async () => {
    expect(await channelRenamed(context, channel('inc-shop', { id: 'C7' }), now)).toMatchObject({ fresh: true });
  });

  it('tells by its topic what its name does not', async () => {
    await takeChannel(context, channel('inc-7', { id: 'C1' }), now);
    const incident = await channelTopicSet(context, { id: 'C1', topic: 'Shop in staging fails' }, now);

    expect(incident).toMatchObject({ title: '#inc-7', environment: 'staging', services: ['checkout'] });
  });

  it('that is archived leaves its incident open, and may come back', async () => {
    await takeChannel(context, channel('inc-shop', { id: 'C1' }), now);
    const closed = await channelClosed(context, 'C1', 'archived', now);
    await channelClosed(context, 'C1', 'archived', now);
    const back = await channelReopened(context, 'C1', now);

    expect(closed).toMatchObject({ resolvedAt: null, channel: { closed: 'archived' } });
    expect(back?.channel?.closed).toBeNull();
    expect(await said('1')).toHaveLength(3);
  });

  it('that was private stays so', async () => {
    await takeChannel(context, channel('inc-leak', { id: 'C1', private: true }), now);
    const renamed = await channelRenamed(context, channel('inc-leaks', { id: 'C1' }), now);

    expect(renamed?.incident.private).toBe(true);
  });
});

describe('a person', () => {
  it('corrects what is known, and it is written down', async () => {
    await open({ environment: 'production', services: ['shop'] });
    const corrections = [
      await setScope(database.db, '1', { services: ['ledger'] }, ada, now),
      await setStart(database.db, '1', minutes(-5), ada, now),
      await setSeverity(database.db, '1', 'critical', ada, now),
      await setTitle(database.db, '1', 'Ledger down', ada, now),
    ];

    expect(corrections.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    expect(corrections.at(-1)).toMatchObject({
      incident: {
        title: 'Ledger down',
        severity: 'critical',
        environment: 'production',
        services: ['ledger'],
        startedAt: minutes(-5),
        said: { scope: true, start: true, title: true },
      },
    });
    expect(await said('1')).toEqual([
      'opened: ',
      'scope: ledger in production (before: shop in production)',
      'start-time: 2026-11-20T13:55:00.000Z (before: 2026-11-20T14:00:00.000Z)',
      'severity: critical (before: unknown)',
      'title: Ledger down',
    ]);
  });

  it.each([
    ['begin in the future', () => setStart(database.db, '1', minutes(5), ada, now)],
    ['have no title', () => setTitle(database.db, '1', ' \u0000 ', ada, now)],
  ])('is refused to have it %s', async (_what, correct) => {
    await open();

    expect(await correct()).toMatchObject({ outcome: 'refused' });
    expect(await setTitle(database.db, '9', 'x', ada, now)).toEqual({ outcome: 'gone' });
  });

  it('joins two: alerts, timeline and channel are in one, and both names lead to it', async () => {
    const alert = await alerted('a');
    await open({ title: 'The page', services: ['ledger'], startedAt: minutes(-3) });
    await belongs(alert, '1');
    await takeChannel(context, channel('inc-42-shop', { id: 'C1' }), now);
    const joined = await joinIncidents(database.db, { from: '1', into: '2' }, ada, minutes(1));

    expect(joined).toMatchObject({
      outcome: 'joined',
      incident: { id: '2', services: ['checkout', 'ledger'], startedAt: minutes(-3), channel: { id: 'C1' } },
    });
    expect(await said('1')).toEqual([]);
    expect((await said('2')).at(-1)).toBe('joined: INC-1: The page');
    expect(await joinIncidents(database.db, { from: '2', into: '1' }, ada, now)).toMatchObject({
      outcome: 'unchanged',
    });
    expect(await openIncidents(database.db, { includePrivate: true, hidden: [] })).toHaveLength(1);
    expect((await partAlert(database.db, { signalId: alert }, ada, now)).outcome).toBe('parted');
  });

  it('joins two with a channel each: both channels are of one incident', async () => {
    await takeChannel(context, channel('inc-shop', { id: 'C1' }), now);
    await takeChannel(context, channel('inc-ledger', { id: 'C2' }), now);
    await joinIncidents(database.db, { from: '2', into: '1' }, ada, now);

    expect(await incidentOfChannel(database.db, 'C2')).toMatchObject({ id: '1', channel: { id: 'C1' } });
    expect(await takeChannel(context, channel('inc-ledger-2', { id: 'C2' }), now)).toMatchObject({
      fresh: false,
      incident: { id: '1' },
    });
  });

  it('gives the channel of one to the other that has none', async () => {
    await takeChannel(context, channel('inc-shop', { id: 'C1', topic: 'Shop' }), now);
    await open();
    await joinIncidents(database.db, { from: '1', into: '2' }, ada, now);

    expect(await incidentOfChannel(database.db, 'C1')).toMatchObject({ id: '2', channel: { name: 'inc-shop' } });
  });

  it('joins no private channel with another', async () => {
    await takeChannel(context, channel('inc-leak', { id: 'C1', private: true }), now);
    await takeChannel(context, channel('inc-shop', { id: 'C2' }), now);

    expect(await joinIncidents(database.db, { from: '1', into: '2' }, ada, now)).toMatchObject({ outcome: 'refused' });
    expect(await joinIncidents(database.db, { from: '1', into: '9' }, ada, now)).toEqual({ outcome: 'gone', id: '9' });
  });

  it.each([
    ['opposite ways', { from: '1', into: '2' }, { from: '2', into: '1' }],
    ['into a third', { from: '1', into: '3' }, { from: '2', into: '1' }],
  ])('joins beside another who joins %s', async (_how, one, other) => {
    for (const title of ['a', 'b', 'c']) await open({ title });
    await Promise.all([joinIncidents(database.db, one, ada, now), joinIncidents(database.db, other, 'U0GRACE', now)]);

    expect(await openIncidents(database.db, { includePrivate: true, hidden: [] })).toHaveLength(
      _how === 'into a third' ? 1 : 2,
    );
  });

  it('parts an alert, which is then an incident of its own, with what it is about', async () => {
    const [mine, other] = [await alerted('a', 'ledger'), await alerted('b', 'shop')];
    await open({ key: 'signal:pagerduty:b', title: 'One fault', services: ['checkout', 'ledger'] });
    for (const each of [mine, other]) await belongs(each, '1');
    const parted = await partAlert(database.db, { signalId: mine }, ada, now);

    expect(parted).toMatchObject({
      outcome: 'parted',
      from: { id: '1', services: ['checkout'] },
      incident: { id: '2', title: 'a', services: ['ledger'] },
    });
    expect(await said('2')).toEqual(['opened: parted from INC-1']);
    expect(await partAlert(database.db, { signalId: other }, ada, now)).toMatchObject({ outcome: 'refused' });
    expect(await partAlert(database.db, { signalId: '99' }, ada, now)).toEqual({ outcome: 'gone' });
  });
});

async function alerted(subject: string, serviceName = 'ledger'): Promise<string> {
  const signal = {
    key: subject,
    source: 'pagerduty',
    subject,
    title: subject,
    state: 'open' as const,
    occurredAt: now.toISOString(),
    clock: 'source' as const,
    serviceName,
  };
  const { touched } = await database.db
    .transaction()
    .execute((trx) => recordSignals(trx, [signal], { catalog: context.catalog, now }));
  return touched[0]?.id ?? '';
}

async function belongs(signalId: string, incidentId: string): Promise<void> {
  await database.db
    .insertInto('incident_signals')
    .values({ signal_id: signalId, incident_id: incidentId, why: 'opened it', said_by: null, joined_at: now })
    .execute();
}
