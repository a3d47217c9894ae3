import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import { relationJobs } from '../src/deploys/enqueue-relations.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { Signal } from '../src/domain/signal.ts';
import { attachSignals } from '../src/incidents/attach-signals.ts';
import { type SeenChannel, channelTopicSet, takeChannel } from '../src/incidents/channel.ts';
import type { IncidentContext } from '../src/incidents/context.ts';
import { setScope } from '../src/incidents/correct.ts';
import { entriesOf } from '../src/incidents/entries.ts';
import { recentIncidents } from '../src/incidents/find.ts';
import { incidentJobs } from '../src/incidents/jobs.ts';
import { joinIncidents, partAlert } from '../src/incidents/join.ts';
import { addNote } from '../src/incidents/notes.ts';
import { openIncident } from '../src/incidents/open.ts';
import { resolveIncident } from '../src/incidents/resolve.ts';
import { tendIncidents, watchChanges } from '../src/incidents/watch-changes.ts';
import { enqueueMixed, payloads } from '../src/jobs/enqueue.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

const start = new Date('2026-11-20T14:00:00Z');
const ada = 'U0ADA';
let database: TestDatabase;
let context: IncidentContext;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
  const read = readSettings('services: { checkout: { depends_on: [ledger] }, ledger: , search: }');
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
  await emptyTables(
    database.db,
    'incidents, incident_signals, incident_entries, signals, changes, identities, mentions',
    { restartIdentity: true },
  );
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
});

function minute(count: number): Date {
  return new Date(start.getTime() + count * 60_000);
}

interface Told extends Partial<Omit<Signal, 'startedAt'>> {
  /** Minutes after `start`. */
  readonly at?: number;
  readonly startedAt?: string;
}

function page(id: string, { at = 0, ...fields }: Told = {}): Signal {
  const occurredAt = minute(at).toISOString();
  const state = fields.state ?? 'open';
  return {
    key: `pagerduty:${id}:${state}:${at}`,
    source: 'pagerduty',
    subject: id,
    occurredAt,
    clock: 'source',
    title: `Page ${id} of ${fields.serviceName ?? 'checkout'}`,
    environmentName: 'production',
    serviceName: 'checkout',
    severity: 'critical',
    ...fields,
    state,
  };
}

function alert(id: string, { at = 0, ...fields }: Told = {}): Signal {
  return page(`${id}@${minute(at).toISOString()}`, { source: 'alertmanager', at, title: `Alert ${id}`, ...fields });
}

/** As the ingest does, with the jobs done that this brings. */
async function hear(signals: readonly Signal[], at = 0, late = false) {
  await store(signals, at, late);
  await work(at);
}

async function store(signals: readonly Signal[], at = 0, late = false) {
  const delivery = { replayed: '00000000-0000-7000-8000-000000000001' };
  await database.db.transaction().execute(async (trx) => {
    const batch = await record(trx, [{ delivery, events: [], signals }], { catalog: context.catalog, now: minute(at) });
    await enqueueMixed(trx, [...relationJobs(batch.touched), ...incidentJobs({ ...batch, late })]);
  });
}

/** The jobs that decide what belongs to which incident, until none is left. */
async function work(at = 0) {
  for (;;) {
    const { rows } = await sql<{ payload: unknown }>`
      with done as (
        delete from graphile_worker._private_jobs as job using graphile_worker._private_tasks as task
        where task.id = job.task_id and task.identifier = 'attach-signals' returning job.id, job.payload
      )
      select payload from done order by id
    `.execute(database.db);
    if (rows.length === 0) return;
    for (const { payload } of rows) await attachSignals(context, payloads['attach-signals'].parse(payload), minute(at));
  }
}

async function incidents() {
  return (await recentIncidents(database.db, { includePrivate: true, hidden: [] })).toSorted(
    (a, b) => Number(a.id) - Number(b.id),
  );
}

async function said(id: string) {
  return (await entriesOf(database.db, id)).map(({ kind, text }) => `${kind}: ${text}`);
}

async function belonging() {
  const rows = await database.db
    .selectFrom('incident_signals')
    .innerJoin('signals', 'signals.id', 'incident_signals.signal_id')
    .select(['subject', 'incident_id', 'why'])
    .orderBy('signals.id')
    .execute();
  return rows.map(({ subject, incident_id: id, why }) => `${subject.split('@')[0] ?? ''} in ${id}: ${why}`);
}

async function refreshed() {
  const { rows } = await sql<{ key: string }>`
    select key from graphile_worker.jobs where task_identifier = 'refresh-card' and key not like '%settled' order by key
  `.execute(database.db);
  return rows.map(({ key }) => key);
}

const channel: SeenChannel = { id: 'C1', name: 'inc-7-cannot-pay', topic: '', private: false, createdAt: minute(3) };

describe('a page', () => {
  it('opens an incident with what it tells, from when it says', async () => {
    await hear([page('Q1', { reference: '#1234', at: -5 })]);

    expect(await incidents()).toMatchObject([
      {
        title: 'Page Q1 of checkout',
        severity: 'critical',
        environment: 'production',
        services: ['checkout'],
        startedAt: minute(-5),
        openedAt: minute(0),
        said: { scope: false, start: false, title: false },
      },
    ]);
    expect(await said('1')).toEqual(['opened: PagerDuty #1234: Page Q1 of checkout']);
    expect(await belonging()).toEqual(['Q1 in 1: opened it']);
    expect(await refreshed()).toEqual(['refresh-card:1']);
  });

  it('is one incident, however often and at once it is told', async () => {
    await store([page('Q1')]);
    await Promise.all([1, 2, 3].map(() => attachSignals(context, { signalIds: ['1'], opens: true }, minute(0))));
    await hear([page('Q1'), page('Q1', { at: 1, state: 'acknowledged' })], 1);

    expect(await incidents()).toHaveLength(1);
    expect(await said('1')).toHaveLength(1);
  });

  it('and another told by two processes at once are one incident, where they are of one service', async () => {
    await store([page('Q1')]);
    await store([page('Q2')]);
    await Promise.all(['1', '2'].map((id) => attachSignals(context, { signalIds: [id], opens: true }, minute(0))));

    expect(await incidents()).toHaveLength(1);
    expect(new Set((await belonging()).map((each) => each.slice(6)))).toEqual(
      new Set(['1: opened it', '1: same service, checkout']),
    );
  });

  it('told while a person resolves the incident that it would join is another incident', async () => {
    await hear([page('Q1')]);
    await store([page('Q2', { at: 2, title: 'Something else' })], 2);
    const resolved = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const resolving = database.db.transaction().execute(async (trx) => {
      await trx
        .updateTable('incidents')
        .set({ resolved_at: minute(1) })
        .execute();
      resolved.resolve();
      await held.promise;
    });
    await resolved.promise;
    const attaching = attachSignals(context, { signalIds: ['2'], opens: true }, minute(2));
    for (;;) {
      const waiting = await sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      `.execute(database.db);
      if (waiting.rows.length > 0) break;
    }
    held.resolve();
    await Promise.all([resolving, attaching]);

    expect(await belonging()).toEqual(['Q1 in 1: opened it', 'Q2 in 2: opened it']);
  });

  it('whose process dies before the job is done is not lost', async () => {
    await store([page('Q1')]);

    expect(await incidents()).toEqual([]);
    await work();
    expect(await incidents()).toHaveLength(1);
  });

  it('is not kept back by another with which nothing can be done', async () => {
    await sql`alter table incidents add constraint no_bad_one check (title <> 'bad')`.execute(database.db);
    await store([
      page('Q1'),
      page('Q2', { title: 'bad', serviceName: 'search' }),
      page('Q3', { serviceName: 'ledger' }),
    ]);
    await expect(work()).rejects.toThrow('no_bad_one');
    await work();
    await sql`alter table incidents drop constraint no_bad_one`.execute(database.db);

    expect((await belonging()).map((each) => each.slice(0, 2))).toEqual(['Q1', 'Q3']);
  });

  it('without a service or place is an incident of the default environment', async () => {
    const { serviceName: _service, environmentName: _environment, ...bare } = page('Q1');
    await hear([bare]);

    expect(await incidents()).toMatchObject([{ environment: 'production', services: [] }]);
  });

  it.each([
    ['years ago', '2019-01-01T00:00:00.000Z'],
    ['in the future', '2026-11-20T19:00:00.000Z'],
  ])('that says it began %s began when we heard of it', async (_when, startedAt) => {
    await hear([page('Q1', { startedAt })]);

    expect(await incidents()).toMatchObject([{ startedAt: start }]);
    expect((await said('1')).at(-1)).toContain(startedAt);
  });

  it('is told late by a replay and calls nobody', async () => {
    await hear([page('Q1')], 0, true);

    expect(await incidents()).toEqual([]);
  });

  it('with a new title and more severe changes the incident that it opened, and not what people said', async () => {
    await hear([page('Q1', { severity: 'warning' })]);
    await setScope(database.db, '1', { services: ['search'] }, ada, start);
    await hear([page('Q1', { at: 2, title: 'Nobody can pay', serviceName: 'ledger' })], 2);

    expect(await incidents()).toMatchObject([{ title: 'Nobody can pay', severity: 'critical', services: ['search'] }]);
  });

  it('brings in what was no reason for an incident just before', async () => {
    await hear([alert('slow', { severity: 'warning', at: -4 })], -4);
    await hear([alert('disk', { severity: 'warning', at: -4, serviceName: 'search' })], -4);
    await hear([page('Q1')]);

    expect(await incidents()).toMatchObject([{ startedAt: minute(-4) }]);
    expect(await belonging()).toEqual(['slow in 1: same service, checkout', 'Q1 in 1: opened it']);
  });
});

describe('an incident whose alerts are all over', () => {
  it('is over then, if nobody said anything', async () => {
    await hear([alert('a'), alert('b', { at: 1 })], 1);
    await hear([alert('a', { state: 'resolved', occurredAt: minute(9).toISOString() })], 9);
    const still = await incidents();
    await hear([alert('b', { at: 1, state: 'resolved', occurredAt: minute(12).toISOString() })], 13);

    expect(still).toMatchObject([{ resolvedAt: null }]);
    expect(await incidents()).toMatchObject([{ resolvedAt: minute(12) }]);
    expect((await said('1')).at(-1)).toBe('resolved: All its alerts are over.');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a note', () => addNote(database.db, '1', { text: 'looking', at: start, saidBy: ada }, start)],
    ['a correction', () => setScope(database.db, '1', { services: ['search'] }, ada, start)],
    ['a channel', () => takeChannel(context, { ...channel, name: 'inc-checkout' }, minute(3))],
  ])('goes on where there is %s', async (_what, say) => {
    await hear([alert('a')]);
    await say();
    await hear([alert('a', { state: 'resolved', occurredAt: minute(9).toISOString() })], 9);

    expect(await incidents()).toMatchObject([{ resolvedAt: null }]);
    expect(await refreshed()).toEqual(['refresh-card:1']);
  });

  it('was not over before it began, whatever the clocks say', async () => {
    await hear([page('Q1', { at: 5 })], 5);
    await hear([page('Q1', { at: 6, state: 'resolved', occurredAt: '2026-11-20T23:00:00.000Z' })], 7);

    expect(await incidents()).toMatchObject([{ resolvedAt: minute(7) }]);
  });
});

describe('an incident of which nothing is heard any more', () => {
  const days = (count: number) => count * 24 * 60;

  it('is over after three days, if nobody said anything', async () => {
    await hear([page('Q1')]);
    await hear([page('Q2', { at: days(0.4) })], days(0.4));
    await tendIncidents(context, minute(days(3.3)));
    const before = await incidents();
    await tendIncidents(context, minute(days(3.5)));

    expect(before).toMatchObject([{ resolvedAt: null }]);
    expect(await incidents()).toMatchObject([{ resolvedAt: minute(days(3.5)) }]);
    expect((await said('1')).at(-1)).toBe('resolved: Nothing was heard of it for three days.');
  });

  it('goes on where somebody said something', async () => {
    await hear([page('Q1')]);
    await addNote(database.db, '1', { text: 'looking', at: start, saidBy: ada }, start);
    await tendIncidents(context, minute(days(30)));

    expect(await incidents()).toMatchObject([{ resolvedAt: null }]);
  });
});

describe('a resolved page that fires again', () => {
  async function resolved() {
    await hear([page('Q1')]);
    await hear([page('Q1', { at: 10, state: 'resolved' })], 10);
  }

  it('opens its incident again', async () => {
    await resolved();
    await hear([page('Q1', { at: 20 })], 20);

    expect(await incidents()).toMatchObject([{ resolvedAt: null, startedAt: start }]);
    expect((await said('1')).at(-1)).toBe('reopened: PagerDuty: Page Q1 of checkout fires again');
  });

  it('is over again, and told again changes nothing', async () => {
    await resolved();
    const again = [page('Q1', { at: 20 }), page('Q1', { at: 25, state: 'resolved' })];
    for (const each of [...again, ...again]) await hear([each], 26);

    expect(await incidents()).toMatchObject([{ resolvedAt: minute(25) }]);
    expect((await said('1')).filter((each) => each.startsWith('reopened'))).toHaveLength(1);
  });

  it('opens again what a person resolved, though not by being talked about', async () => {
    await hear([page('Q1'), page('Q1', { at: 4, state: 'resolved' }), page('Q1', { at: 5 })], 5);
    await resolveIncident(database.db, '1', { note: 'fine now' }, ada, minute(10));
    await hear([page('Q1', { at: 11, state: 'acknowledged' })], 11);
    const talked = await incidents();
    await hear([page('Q1', { at: 12, state: 'resolved' }), page('Q1', { at: 14 })], 14);

    expect(talked).toMatchObject([{ resolvedAt: minute(10) }]);
    expect(await incidents()).toMatchObject([{ resolvedAt: null }]);
  });

  it('as another page soon after is the same incident, and later a new one', async () => {
    await resolved();
    await hear([page('Q2', { at: 30, title: 'Page Q1 of checkout' })], 30);
    await hear([page('Q2', { at: 35, state: 'resolved', title: 'Page Q1 of checkout' })], 35);
    await hear([page('Q3', { at: 90, title: 'Page Q1 of checkout' })], 90);

    expect(await incidents()).toMatchObject([{ resolvedAt: minute(35) }, { startedAt: minute(90), resolvedAt: null }]);
    expect(await belonging()).toEqual(['Q1 in 1: opened it', 'Q2 in 1: the same alert again', 'Q3 in 2: opened it']);
  });

  it('days after its incident was over is another incident, and both say so', async () => {
    await resolved();
    await hear([page('Q1', { at: 3000 })], 3000);

    expect(await incidents()).toMatchObject([{ resolvedAt: minute(10) }, { startedAt: minute(3000) }]);
    expect((await said('1')).at(-1)).toBe('parted: PagerDuty: Page Q1 of checkout fires again: INC-2');
    expect(await belonging()).toEqual(['Q1 in 2: opened it']);
  });

  it('is known again among however many others', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      page(`P${index}`, { title: `Odd ${'xyz'.repeat(index + 1)}` }),
    );
    await hear(many);
    await hear(
      many.map(({ subject, title = '' }) => page(subject, { at: 5, state: 'resolved', title })),
      5,
    );
    await hear([page('P99', { at: 20, title: 'Odd xyz' })], 20);

    expect(await incidents()).toMatchObject([{ resolvedAt: null }]);
  });

  it('as a firing of an alert with a number of its own opens its incident again', async () => {
    await hear([alert('a')]);
    await hear([alert('a', { state: 'resolved', occurredAt: minute(5).toISOString() })], 5);
    await hear([alert('a', { at: 30 })], 30);

    expect(await incidents()).toMatchObject([{ resolvedAt: null }]);
  });
});

describe('a storm', () => {
  it('of ten thousand alerts with one cause is one incident', async () => {
    const storm = Array.from({ length: 10_000 }, (_, index) =>
      alert(`pod-${index}`, { title: `Pod checkout-${index} is down`, at: index / 5000 }),
    );
    for (let page = 0; page < 10; page++) await store(storm.slice(page * 1000, (page + 1) * 1000), 2);
    await work(2);

    expect(await incidents()).toMatchObject([{ startedAt: start, services: ['checkout'] }]);
    expect(await belonging()).toHaveLength(10_000);
    expect(await said('1')).toHaveLength(1);
  }, 60_000);

  it('that goes on for an hour is one incident', async () => {
    const names = ['ada', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal', 'ian', 'joe'];
    await hear(['ann', 'ben', 'cal'].map((name) => alert(name, { title: name, serviceName: name })));
    for (const [index, name] of names.entries()) {
      const at = index * 6;
      await hear([alert(name, { title: `${name} fails`, serviceName: `of-${name}`, at })], at);
    }

    expect(await incidents()).toHaveLength(1);
  });

  it('over many services is one incident, with as many services as say something', async () => {
    await hear(
      Array.from({ length: 400 }, (_, index) =>
        alert(`a${index}`, {
          serviceName: `service-${index}`,
          title: `Odd ${String.fromCharCode(97 + (index % 26)).repeat(3)}${index}`,
        }),
      ),
    );

    const all = await incidents();
    expect(all).toHaveLength(1);
    expect(all[0]?.services).toHaveLength(10);
  });
});

describe('a channel', () => {
  it('made for a page becomes the channel of its incident', async () => {
    await hear([page('Q1')]);
    const taken = await takeChannel(context, { ...channel, name: 'inc-7-checkout-down' }, minute(3));

    expect(taken).toMatchObject({
      fresh: false,
      incident: { id: '1', title: 'Page Q1 of checkout', channel: { id: 'C1' } },
    });
    expect((await said('1')).at(-1)).toBe('channel: #inc-7-checkout-down (same service, checkout)');
  });

  it('made before its page comes is found by it', async () => {
    await takeChannel(context, { ...channel, topic: 'PagerDuty #1234' }, minute(3));
    await hear([page('Q1', { reference: '#1234', at: 2 })], 4);

    expect(await belonging()).toEqual(['Q1 in 1: #1234 in the topic']);
    expect(await incidents()).toMatchObject([{ services: ['checkout'], startedAt: minute(2) }]);
  });

  it('and its page told at once are one incident', async () => {
    await store([page('Q1')]);
    await Promise.all([
      takeChannel(context, { ...channel, name: 'inc-checkout' }, minute(1)),
      attachSignals(context, { signalIds: ['1'], opens: true }, minute(1)),
    ]);

    expect(await incidents()).toHaveLength(1);
  });

  it('whose topic gets the link of a page brings in the incident of that page', async () => {
    const url = 'https://acme.pagerduty.com/incidents/Q1';
    await takeChannel(context, { ...channel, name: 'inc-search' }, minute(3));
    await hear([page('Q1', { url, at: 4 })], 4);
    const before = await incidents();
    const incident = await channelTopicSet(context, { id: 'C1', topic: `see ${url}` }, minute(5));

    expect(before).toHaveLength(2);
    expect(incident).toMatchObject({ id: '1', services: ['search', 'checkout'] });
    expect(await belonging()).toEqual(['Q1 in 1: opened it']);
    expect((await said('1')).at(-1)).toBe('joined: INC-2: Page Q1 of checkout');
  });

  it('of any name is an incident’s when a signal says so', async () => {
    await hear([page('Q1', { channel: 'war-room' })]);

    expect(await takeChannel(context, { ...channel, name: 'lunch', topic: 'Q1' }, minute(1))).toBeNull();
    expect(await takeChannel(context, { ...channel, name: 'war-room' }, minute(1))).toMatchObject({ fresh: false });
  });

  it('that is private takes no page by its service, and gets none', async () => {
    const hidden = { ...channel, name: 'inc-checkout', private: true };
    await hear([page('Q1')]);
    await takeChannel(context, hidden, minute(1));
    await hear([page('Q2', { at: 2 })], 2);

    expect(await incidents()).toMatchObject([{ private: false, channel: null }, { private: true }]);
    expect(await belonging()).toEqual(['Q1 in 1: opened it', 'Q2 in 1: same service, checkout']);
  });
});

describe('what a person said', () => {
  it('stays: an alert that was parted is not joined again', async () => {
    await hear([page('Q1'), page('Q2', { serviceName: 'ledger', title: 'Queue' })]);
    await partAlert(database.db, { signalId: '2' }, ada, minute(1));
    await hear([page('Q2', { at: 2, state: 'acknowledged', serviceName: 'ledger', title: 'Queue' })], 2);

    expect(await belonging()).toEqual(['Q1 in 1: opened it', 'Q2 in 2: parted by hand']);
  });

  it('stays: what was joined follows its alerts', async () => {
    await hear([page('Q1'), page('Q2', { serviceName: 'search', title: 'Index' })]);
    await joinIncidents(database.db, { from: '2', into: '1' }, ada, minute(1));
    await hear([page('Q2', { at: 2, severity: 'error', serviceName: 'search', title: 'Index' })], 2);

    expect(await incidents()).toMatchObject([
      { id: '1', services: ['checkout', 'search'], title: 'Page Q1 of checkout' },
    ]);
  });
});

function deploy(fields: Partial<Statement>): TimelineEvent {
  const key = `argocd:${fields.key ?? 'one'}`;
  const statement: Statement = {
    source: 'argocd',
    occurredAt: minute(1).toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    environmentName: 'production',
    ...fields,
    key,
  };
  return { statement, identities: [{ type: 'deployment', value: key }], mentions: [] };
}

describe('a change', () => {
  async function changed(events: readonly TimelineEvent[]) {
    await sql`delete from graphile_worker._private_jobs`.execute(database.db);
    const delivery = { replayed: '00000000-0000-7000-8000-000000000001' };
    const { touched } = await database.db
      .transaction()
      .execute((trx) => record(trx, [{ delivery, events, signals: [] }], { catalog: context.catalog, now: minute(1) }));
    return touched;
  }

  it.each([
    ['of an affected service', 'checkout', 'production', true],
    ['of what it depends on', 'ledger', 'production', true],
    ['of another service', 'search', 'production', false],
    ['elsewhere', 'checkout', 'staging', false],
  ])('%s concerns the card: %s in %s', async (_what, serviceName, environmentName, concerns) => {
    await hear([page('Q1')]);
    const touched = await changed([deploy({ serviceName, environmentName, occurredAt: minute(1).toISOString() })]);
    await watchChanges(context, { changeIds: touched.map(({ id }) => id) }, minute(1));

    expect(await refreshed()).toEqual(concerns ? ['refresh-card:1'] : []);
  });

  it('is looked at only while an incident is open', async () => {
    const jobs = async () => {
      const { rows } = await sql`
        select 1 from graphile_worker.jobs where task_identifier = 'watch-changes'
      `.execute(database.db);
      return rows.length;
    };
    const hearIt = async (key: string) => {
      const touched = await changed([deploy({ key, serviceName: 'checkout' })]);
      await database.db
        .transaction()
        .execute((trx) => enqueueMixed(trx, incidentJobs({ touched, touchedSignals: [], late: false })));
      return jobs();
    };
    const before = await hearIt('a');
    await database.db
      .transaction()
      .execute((trx) =>
        openIncident(
          trx,
          { key: null, title: 'x', environment: null, services: [], startedAt: start, saidBy: null },
          start,
        ),
      );

    expect([before, await hearIt('b')]).toEqual([0, 1]);
  });

  it('that comes in a flood refreshes a card once a second, and that once not later and later', async () => {
    await hear([page('Q1')]);
    await sql`delete from graphile_worker._private_jobs`.execute(database.db);
    for (const at of [0, 300, 900]) await watchChanges(context, { changeIds: null }, new Date(start.getTime() + at));
    const { rows } = await sql<{ run_at: Date }>`select run_at from graphile_worker.jobs`.execute(database.db);

    expect(rows).toEqual([{ run_at: new Date(start.getTime() + 1000) }]);
  });

  it('or not: open incidents are looked at each minute', async () => {
    await hear([page('Q1')]);
    await hear([page('Q2', { serviceName: 'search', title: 'Index' })]);
    await resolveIncident(database.db, '2', { note: '' }, ada, minute(1));
    await sql`delete from graphile_worker._private_jobs`.execute(database.db);
    await tendIncidents(context, minute(2));

    expect(await refreshed()).toEqual(['refresh-card:1']);
  });
});
