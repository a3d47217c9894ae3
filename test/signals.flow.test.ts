import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogOf, readSettings } from '../src/config/settings.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Signal } from '../src/domain/signal.ts';
import { replay } from '../src/ingest/replay.ts';
import { concealWith } from '../src/sources/reading/conceal.ts';
import { deliveryReaders } from '../src/sources/registry.ts';
import { recordSignals } from '../src/timeline/record-signals.ts';
import { type TestService, startTestService } from './test-service.ts';

const secret = 'the-secret-in-use';
let service: TestService;

beforeAll(async () => {
  service = await startTestService({
    environment: {
      ALERTMANAGER_WEBHOOK_SECRET: secret,
      PAGERDUTY_WEBHOOK_SECRET: secret,
      OPSGENIE_WEBHOOK_SECRET: secret,
    },
  });
});
afterAll(() => service.stop());

interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function send(path: string, payload: unknown, headers: Readonly<Record<string, string>>): Promise<Sent> {
  const answer = await fetch(`${service.url}/ingest/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { status: answer.status, body: (await answer.json()) as Sent['body'] };
}

function alertmanager(...alerts: readonly object[]): Promise<Sent> {
  return send('alertmanager', { version: '4', alerts }, { authorization: `Bearer ${secret}` });
}

let number = 0;

/** A firing of its own for each test, so that tests do not meet. */
function firing(env = 'prd') {
  number += 1;
  const fingerprint = `f${String(number).padStart(15, '0')}`;
  const labels = { alertname: 'CheckoutErrors', severity: 'critical', env, service: 'Checkout' };
  const begun = {
    status: 'firing',
    labels,
    annotations: { summary: '5 % of checkouts fail' },
    startsAt: '2026-11-20T14:08:14.432911368Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint,
  };
  const over = { ...begun, status: 'resolved', endsAt: '2026-11-20T14:32:00Z' };
  return { begun, over, subject: `${fingerprint}@2026-11-20T14:08:14.432Z` };
}

function pagerduty(id: string, type: string, time: string, incident: object): Promise<Sent> {
  const occurred_at = `2026-11-20T${time}:00.000Z`;
  const event = {
    id: `${id}-${type}-${time.replace(':', '')}`,
    event_type: `incident.${type}`,
    resource_type: 'incident',
    occurred_at,
  };
  const data = { id, title: 'Checkout is slow', created_at: '2026-11-20T14:00:00Z', number: 7, ...incident };
  const body = JSON.stringify({ event: { ...event, data } });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return send('pagerduty', body, { 'x-pagerduty-signature': `v1=${signature}` });
}

function signalsOf(...subjects: readonly string[]) {
  return service.database.db
    .selectFrom('signals')
    .selectAll()
    .where('subject', 'in', subjects)
    .orderBy('source')
    .orderBy('subject')
    .execute();
}

describe('a firing', () => {
  it('is one row, in our words, and sending it again opens nothing', async () => {
    const { begun, subject } = firing();
    const [first, second] = [await alertmanager(begun), await alertmanager(begun)];

    expect(first).toMatchObject({ status: 202, body: { duplicate: false, changes: 0, incidents: 1 } });
    expect(second).toMatchObject({ status: 202, body: { duplicate: true, changes: 0, incidents: 0 } });
    expect(await signalsOf(subject)).toMatchObject([
      {
        source: 'alertmanager',
        state: 'open',
        severity: 'critical',
        title: '5 % of checkouts fail',
        environment: 'production',
        services: ['checkout'],
        started_at: new Date('2026-11-20T14:08:14.432Z'),
        resolved_at: null,
      },
    ]);
  });

  it.each(['in order', 'in reverse', 'at once', 'in one delivery', 'again and again'])(
    'ends when its resolution says (%s)',
    async (order) => {
      const { begun, over, subject } = firing();
      if (order === 'in one delivery') await alertmanager(over, begun);
      else if (order === 'at once') await Promise.all([alertmanager(begun), alertmanager(over)]);
      else {
        const sent = { 'in order': [begun, over], 'in reverse': [over, begun] }[order] ?? [begun, over, begun, over];
        for (const each of sent) await alertmanager(each);
      }

      expect(await signalsOf(subject)).toMatchObject([
        {
          state: 'resolved',
          started_at: new Date('2026-11-20T14:08:14.432Z'),
          resolved_at: new Date('2026-11-20T14:32:00Z'),
        },
      ]);
    },
  );

  it('is counted with all others that its delivery tells anew', async () => {
    const [known, fresh, ending] = [firing(), firing(), firing()];
    await alertmanager(known.begun, ending.begun);

    const { body } = await alertmanager(known.begun, fresh.begun, ending.over, ending.begun);

    expect(body).toMatchObject({ duplicate: false, incidents: 2 });
  });

  it('of a thousand at once is recorded with the others', async () => {
    const all = Array.from({ length: 1000 }, () => firing());
    const { body } = await alertmanager(...all.map(({ begun }) => begun));

    expect(body).toMatchObject({ incidents: 1000 });
    expect(await signalsOf(...all.map(({ subject }) => subject))).toHaveLength(1000);
  });
});

describe('an incident', () => {
  it('is acknowledged, over, and opened again, whatever arrives late', async () => {
    const id = 'QFLOW1';
    const states = [];
    for (const tell of [
      () => pagerduty(id, 'resolved', '14:30', { status: 'resolved', urgency: 'low' }),
      () => pagerduty(id, 'triggered', '14:00', { status: 'triggered', urgency: 'high' }),
      () => pagerduty(id, 'priority_updated', '14:10', { status: 'acknowledged', priority: { summary: 'P1' } }),
      () => pagerduty(id, 'reopened', '14:40', { status: 'triggered', title: 'Checkout is slow again' }),
    ]) {
      const { body } = await tell();
      const [row] = await signalsOf(id);
      states.push([body['incidents'], row?.state, row?.severity, row?.title]);
    }

    expect(states).toEqual([
      [1, 'resolved', 'warning', 'Checkout is slow'],
      [1, 'resolved', 'warning', 'Checkout is slow'],
      [1, 'resolved', 'warning', 'Checkout is slow'],
      [1, 'open', 'warning', 'Checkout is slow again'],
    ]);
  });

  it('that is told again is the same delivery', async () => {
    const tell = () => pagerduty('QFLOW2', 'triggered', '14:00', { status: 'triggered' });
    const [first, second] = await Promise.all([tell(), tell()]);

    expect(first.body['delivery']).toBe(second.body['delivery']);
    expect(new Set([first.body['incidents'], second.body['incidents']])).toEqual(new Set([0, 1]));
  });

  it('is told by a source that can set no header', async () => {
    const alert = { alertId: 'a-flow-1', message: 'Checkout is slow', updatedAt: 1795183693166 };
    const payload = { action: 'Create', alert };

    expect(await send(`opsgenie/${secret}`, payload, {})).toMatchObject({ status: 202, body: { incidents: 1 } });
    expect(await send('opsgenie/another', payload, {})).toMatchObject({ status: 401 });
    expect(await signalsOf('a-flow-1')).toMatchObject([{ source: 'opsgenie', state: 'open' }]);
  });
});

describe('two processes', () => {
  const none: Catalog = { environments: new Map(), services: [], configPaths: [] };
  const now = new Date('2026-11-20T15:00:00Z');

  function signal(subject: string, state: 'open' | 'resolved'): Signal {
    const occurredAt = state === 'open' ? '2026-11-20T14:00:00.000Z' : '2026-11-20T14:30:00.000Z';
    return { key: `${subject}:${state}`, source: 'alertmanager', subject, state, occurredAt, clock: 'source' };
  }

  /** Writes both so that the second begins while the first has written and not committed. */
  async function overlapping(first: readonly Signal[], second: readonly Signal[]) {
    const { db } = service.database;
    const held = Promise.withResolvers<void>();
    const wrote = Promise.withResolvers<void>();
    const one = db.transaction().execute(async (trx) => {
      const recorded = await recordSignals(trx, first, { catalog: none, now });
      wrote.resolve();
      await held.promise;
      return recorded;
    });
    await wrote.promise;
    const two = db.transaction().execute((trx) => recordSignals(trx, second, { catalog: none, now }));
    for (;;) {
      const waiting = await sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      `.execute(db);
      if (waiting.rows.length > 0) break;
    }
    held.resolve();
    return Promise.all([one, two]);
  }

  it.each([
    ['its beginning first', 'open', 'resolved'],
    ['its end first', 'resolved', 'open'],
  ] as const)('that tell one incident at once add up to it (%s)', async (order, first, second) => {
    const [one, two] = await overlapping([signal(order, first)], [signal(order, second)]);

    expect([one.news.size, two.news.size]).toEqual([1, 1]);
    expect(await signalsOf(order)).toMatchObject([
      { state: 'resolved', resolved_at: new Date('2026-11-20T14:30:00Z') },
    ]);
  });

  it('that tell the same at once open it once', async () => {
    const [one, two] = await overlapping([signal('same', 'open')], [signal('same', 'open')]);

    expect([one.news.size, two.news.size]).toEqual([1, 0]);
    expect([one.touched.length, two.touched.length]).toEqual([1, 0]);
  });

  it('that tell many in opposite orders wait for each other and do not deadlock', async () => {
    const all = Array.from({ length: 1000 }, (_, index) => `many ${index}`);
    const opened = all.map((subject) => signal(subject, 'open'));
    const ended = all.toReversed().map((subject) => signal(subject, 'resolved'));
    await Promise.all(
      [opened, ended, opened, ended].map((signals) =>
        service.database.db.transaction().execute((trx) => recordSignals(trx, signals, { catalog: none, now })),
      ),
    );

    expect(new Set((await signalsOf(...all)).map(({ state }) => state))).toEqual(new Set(['resolved']));
  });
});

describe('a replay', () => {
  const run = (catalog: Catalog) =>
    replay(
      {
        db: service.database.db,
        readers: deliveryReaders({ catalog, conceal: concealWith(null) }),
        catalog,
        now: () => new Date(),
        react: () => Promise.resolve(),
      },
      { from: new Date(0) },
    );

  it('changes nothing, and makes our words of names that the settings have learnt since', async () => {
    const { begun, over, subject } = firing('eu-1');
    await alertmanager(begun);
    await alertmanager(over);
    await pagerduty('QFLOW3', 'triggered', '14:00', { status: 'triggered' });
    const settings = (text: string) => {
      const read = readSettings(text);
      if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
      return catalogOf(read.settings);
    };
    const before = await signalsOf(subject, 'QFLOW3');

    expect((await run(settings(''))).failed).toEqual([]);
    expect(await signalsOf(subject, 'QFLOW3')).toEqual(before);

    await run(settings('environments: { europe: { aliases: [eu-1] } }'));
    expect(await signalsOf(subject)).toMatchObject([{ environment: 'europe', id: before[0]?.id }]);
  });
});
