import fc from 'fast-check';
import { type Transaction, sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enqueueMisplaced, enqueueRelations } from '../src/deploys/enqueue-relations.ts';
import { relateDeploy } from '../src/deploys/relate.ts';
import type { Schema } from '../src/database/schema.ts';
import type { Nameable } from '../src/domain/alias.ts';
import type { Catalog, CatalogService } from '../src/domain/catalog.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { Signal } from '../src/domain/signal.ts';
import { findIncident } from '../src/incidents/incident-rows.ts';
import { payloads } from '../src/jobs/enqueue.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { applyAlias } from '../src/names/apply-alias.ts';
import { sayAlias, takeBackAlias } from '../src/names/say-alias.ts';
import { addAlias, catalogWith, listAliases } from '../src/timeline/aliases.ts';
import { vocabularyOf } from '../src/timeline/ask.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { learntNames } from '../src/timeline/learnt-names.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { insertIncident } from './incidents.ts';

const now = new Date('2026-11-20T15:00:00Z');
const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const c = 'c'.repeat(40);
let database: TestDatabase;

function service(name: string, fields: Partial<CatalogService> = {}): CatalogService {
  const rest = { paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
  return { name, aliases: [], repository: null, ...rest, ...fields };
}

const settings: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
  ]),
  services: [service('checkout', { aliases: ['checkout-api'], repository: 'acme/checkout' }), service('ledger')],
  configPaths: [],
};

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(clear);

async function clear() {
  await emptyTables(
    database.db,
    `changes, identities, mentions, delivery_keys, aliases, signals, environments, services, repositories`,
  );
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
}

interface Told extends Partial<Statement> {
  readonly minute: number;
}

function event({ minute, ...fields }: Told): TimelineEvent {
  const source = fields.source ?? 'argocd';
  const key = `${source}:${fields.kind ?? 'deploy'}:${minute}`;
  const statement: Statement = {
    key,
    source,
    occurredAt: `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`,
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    ...(fields.commit === undefined ? {} : { to: fields.commit.slice(0, 7) }),
    ...fields,
  };
  return { statement, identities: [{ type: 'deployment', value: key }], mentions: [] };
}

function alert(subject: string, fields: Partial<Signal>): Signal {
  return {
    key: `alert:${subject}`,
    source: 'alertmanager',
    subject,
    state: 'open',
    occurredAt: '2026-11-20T14:30:00.000Z',
    clock: 'source',
    title: subject,
    ...fields,
  };
}

/** One service and one environment under the names that different systems have for them. */
const told: readonly TimelineEvent[] = [
  event({ minute: 1, environmentName: 'production', serviceName: 'checkout', commit: a }),
  event({ minute: 5, environmentName: 'production', serviceName: 'Shop_Front', commit: b }),
  event({ minute: 8, source: 'github', environmentName: 'prod', repository: 'acme/checkout', commit: b }),
  event({ minute: 12, environmentName: 'Live EU', serviceName: 'checkout', commit: c }),
  event({ minute: 15, serviceName: 'shop front prod', commit: a }),
  event({ minute: 18, environmentName: 'production', serviceName: 'mailer', commit: a }),
  event({ minute: 20, environmentName: 'shop-front/live-eu', commit: c }),
  event({ minute: 22, environmentName: 'production', serviceName: 'checkout', commit: a }),
  event({
    minute: 25,
    source: 'github',
    kind: 'merge',
    phase: 'happened',
    repository: 'acme/shop-front',
    title: 'Merge',
  }),
];
const alerts: readonly Signal[] = [
  alert('one', { serviceName: 'shop.front', environmentName: 'LIVE-EU' }),
  alert('two', { serviceName: 'ledger', environmentName: 'production' }),
];

let count = 0;

async function tell(events: readonly TimelineEvent[], signals: readonly Signal[] = [], refold = false) {
  await database.db.transaction().execute(async (trx) => {
    count += 1;
    const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
    const batch = await record(trx, [{ delivery, events, signals }], { catalog: settings, now, refold });
    await enqueueRelations(trx, batch.touched);
  });
}

function say(
  alias: string,
  name: string,
  { what = 'service', replace = true }: { what?: Nameable; replace?: boolean } = {},
) {
  return sayAlias(database.db, settings, { what, alias, name, by: 'cli', now, replace });
}

const jobs = { relate: 0, apply: 0 };

/** Does what waits, and what comes of it. */
async function work(catalog = settings, react = enqueueRelations): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    const { rows } = await sql<{ id: string; name: string; payload: unknown }>`
      select jobs.id, jobs.task_identifier as name, private.payload
      from graphile_worker.jobs join graphile_worker._private_jobs as private using (id) order by id limit 1
    `.execute(database.db);
    const [job] = rows;
    if (job === undefined) return;
    await doJob(job, catalog, react);
    await sql`delete from graphile_worker._private_jobs where id = ${job.id}`.execute(database.db);
  }
  throw new Error('the work does not come to an end');
}

async function doJob(
  { name, payload }: { readonly name: string; readonly payload: unknown },
  catalog: Catalog,
  react: (trx: Transaction<Schema>, touched: Parameters<typeof enqueueRelations>[1]) => Promise<void>,
): Promise<void> {
  if (name === 'apply-alias') {
    jobs.apply += 1;
    const dependencies = { db: database.db, catalog, now: () => now, react, settle: enqueueMisplaced };
    await applyAlias(dependencies, payloads['apply-alias'].parse(payload));
    return;
  }
  jobs.relate += 1;
  const readCarried = () => Promise.resolve({ outcome: 'unknown' as const, why: 'no history here', again: false });
  await relateDeploy({ db: database.db, catalog, readCarried }, payloads['relate-deploy'].parse(payload).changeId);
}

/** All that is computed from names, with the keys of statements in place of numbers. */
async function state() {
  const all = await database.db.selectFrom('changes').selectAll().execute();
  const minute = ({ events }: (typeof all)[number]) => events[0]?.statement.occurredAt ?? '';
  const rows = all.toSorted((one, other) => minute(one).localeCompare(minute(other)));
  const keys = new Map(rows.map((row) => [row.id, row.events[0]?.statement.key ?? '']));
  const keyOf = (id: string | null | undefined) => (id === null || id === undefined ? null : (keys.get(id) ?? id));
  const { repositories: _, ...names } = await learntNames(database.db);
  const signals = await database.db.selectFrom('signals').selectAll().orderBy('subject').execute();
  return {
    changes: rows.map((row) => ({
      key: keyOf(row.id),
      at: row.at,
      kind: row.kind,
      environment: row.environment,
      service: row.service,
      services: row.services,
      title: row.title,
      joinedTo: keyOf(row.joined_to),
      joined: row.joined?.map((each) => each.statement.key) ?? null,
      // Of a report that another change tells nobody sees it.
      relation:
        row.relation === null || row.at === null
          ? null
          : { ...row.relation, previousId: keyOf(row.relation.previousId) },
    })),
    signals: signals.map(({ id: _id, recorded_at: _recorded, ...signal }) => signal),
    names,
  };
}

describe('an alias', () => {
  it('that is added later gives the same as one that was there from the start', async () => {
    await say('shop-front', 'checkout');
    await say('Live_EU', 'production', { what: 'environment' });
    await tell(told, alerts);
    await work();
    const fromTheStart = await state();
    await clear();

    await tell(told.slice(0, 4), alerts);
    await work();
    await say('shop-front', 'checkout');
    await tell(told.slice(4));
    await work();
    await say('Live_EU', 'production', { what: 'environment' });
    await work();

    expect(await state()).toEqual(fromTheStart);
    expect(fromTheStart.names).toEqual({ environments: ['production'], services: ['checkout', 'mailer'] });
    const places = new Set(fromTheStart.changes.map(({ environment, service }) => `${environment} ${service}`));
    expect([...places]).toEqual(['production checkout', 'production mailer', 'null checkout']);
    expect(fromTheStart.changes.filter(({ joinedTo }) => joinedTo !== null)).toHaveLength(1);
    expect(fromTheStart.signals[0]).toMatchObject({ environment: 'production', services: ['checkout'] });
  });

  it.each([
    ['in order', told],
    ['backwards', told.toReversed()],
  ])('that is removed gives the same as one that was never there: told %s', async (_, events) => {
    await tell(events, alerts);
    await work();
    const never = await state();
    await clear();

    await say('shop-front', 'checkout');
    await say('Live_EU', 'production', { what: 'environment' });
    await tell(events, alerts);
    await work();
    await takeBackAlias(database.db, { what: 'service', alias: 'Shop Front' }, 'cli');
    await takeBackAlias(database.db, { what: 'environment', alias: 'live-eu' }, 'cli');
    await work();

    expect(await state()).toEqual(never);
    expect(never.names.services).toContain('shop-front');
  });

  it('that is removed gives what ran before it back to a deploy that stays', async () => {
    const [first, between, last] = [told.slice(0, 1), told.slice(1, 2), told.slice(7, 8)];
    await say('shop-front', 'checkout');
    await tell([...first, ...between, ...last]);
    await work();
    const previous = async () => (await state()).changes.map(({ relation }) => relation?.previousId ?? null);
    expect(await previous()).toEqual([null, 'argocd:deploy:1', 'argocd:deploy:5']);

    await takeBackAlias(database.db, { what: 'service', alias: 'shop-front' }, 'cli');
    await work();

    expect(await previous()).toEqual([null, null, 'argocd:deploy:1']);
  });

  it('decides whether a deploy goes back to what ran before, also long before', async () => {
    const stays = { environmentName: 'production', serviceName: 'checkout' };
    await tell([
      event({ minute: 1, environmentName: 'production', serviceName: 'shop-front', commit: a }),
      event({ minute: 5, ...stays, commit: b }),
      event({ minute: 9, ...stays, commit: c }),
      event({ minute: 13, ...stays, commit: a }),
    ]);
    await work();
    const kinds = async () => (await state()).changes.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['deploy', 'deploy', 'deploy', 'deploy']);

    await say('shop-front', 'checkout');
    await work();
    expect(await kinds()).toEqual(['deploy', 'deploy', 'deploy', 'rollback']);

    await takeBackAlias(database.db, { what: 'service', alias: 'shop-front' }, 'cli');
    await work();
    expect(await kinds()).toEqual(['deploy', 'deploy', 'deploy', 'deploy']);
  });

  it('of what an incident affects is what it affects', async () => {
    const { id } = await insertIncident(database.db, { services: ['shop-front', 'ledger'], environment: 'live-eu' });
    await say('shop-front', 'checkout');
    await say('Live_EU', 'production', { what: 'environment' });
    await work();

    expect(await findIncident(database.db, id)).toMatchObject({
      services: ['checkout', 'ledger'],
      environment: 'production',
    });
  });

  it('of what was an alias’s meaning takes along what was recorded under that alias', async () => {
    await tell(told.slice(1, 2));
    await tell([event({ minute: 18, serviceName: 'mailer' })]);
    await say('shop-front', 'mailer');
    await work();
    await say('mailer', 'ledger');
    await work();

    expect((await state()).changes.map((change) => change.service)).toEqual(['ledger', 'ledger']);
  });

  it('gives the same whenever it is said and taken back, whatever the order', async () => {
    // No version comes back: whether a deploy goes back is not asked anew for every older deploy that is heard of late.
    const events = told.map((each, nth) => {
      const commit = each.statement.commit === b ? b : String(nth).repeat(40);
      return { ...each, statement: { ...each.statement, commit, to: commit.slice(0, 7) } };
    });
    const aliases = [
      ['service', 'shop-front', 'checkout'],
      ['service', 'shop-front', 'mailer'],
      ['service', 'mailer', 'mailer'],
      ['service', 'shop-front-prod', 'ledger'],
      ['environment', 'live-eu', 'production'],
      ['environment', 'live-eu', 'live-eu'],
      ['environment', 'prod', 'production'],
    ] as const;
    const step = fc.oneof(
      fc.record({ type: fc.constant('tell' as const), nth: fc.nat(events.length - 1) }),
      fc.record({ type: fc.constant('say' as const), nth: fc.nat(aliases.length - 1) }),
      fc.record({ type: fc.constant('take back' as const), nth: fc.nat(aliases.length - 1) }),
      fc.record({ type: fc.constant('work' as const), nth: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        await clear();
        for (const { type, nth } of steps) {
          const [what, alias, name] = aliases[nth] ?? aliases[0];
          if (type === 'tell') await tell(events.slice(nth, nth + 1));
          else if (type === 'say') await say(alias, name, { what });
          else if (type === 'take back') await takeBackAlias(database.db, { what, alias }, 'cli');
          else await work();
        }
        await tell(events, alerts);
        await work();
        const reached = await state();

        const said = await listAliases(database.db);
        await clear();
        for (const { what, alias, name } of said) {
          await database.db
            .insertInto('aliases')
            .values({ what, alias, name, added_by: 'cli', added_at: now })
            .execute();
        }
        // Of several reports of a deploy the first that was recorded is shown.
        for (const { type, nth } of steps) if (type === 'tell') await tell(events.slice(nth, nth + 1));
        await tell(events, alerts);
        await work();
        expect(reached.changes).toEqual((await state()).changes);
        expect(reached.signals).toEqual((await state()).signals);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('that is added before everything is read again gives the same as one that was there from the start', async () => {
    await say('shop-front', 'checkout');
    await tell(told, alerts);
    await work();
    const fromTheStart = await state();
    await clear();

    await tell(told, alerts);
    await work();
    await database.db.transaction().execute(async (trx) => {
      const alias = { alias: 'shop-front', name: 'checkout', by: 'cli', now, replace: false };
      await addAlias(trx, settings, { what: 'service', ...alias });
    });
    await tell(told, alerts, true);
    await work();

    const { changes, signals } = await state();
    expect(changes).toEqual(fromTheStart.changes);
    expect(signals).toEqual(fromTheStart.signals);
  });

  it('of many changes is applied page by page, and a page that fails is done again', async () => {
    const many = Array.from({ length: 2300 }, (_, n) => ({
      statement: { ...event({ minute: 1, serviceName: 'Shop_Front', kind: 'note' }).statement, key: `note:${n}` },
      identities: [{ type: 'note', value: String(n) }],
      mentions: [],
    }));
    await tell(many);
    await say('shop-front', 'checkout');
    jobs.apply = 0;
    const failing = () => Promise.reject(new Error('the database went away'));
    await expect(work(settings, failing)).rejects.toThrow('went away');
    const named = (name: string) =>
      database.db.selectFrom('changes').where('service', '=', name).select('id').execute();
    expect(await named('shop-front')).toHaveLength(2300);

    await work();

    expect(await named('checkout')).toHaveLength(2300);
    expect(jobs.apply).toBeGreaterThan(5);
  });

  it('is known to whoever asks, at once', async () => {
    await tell(told);
    await say('Shop Front', 'Checkout_API');

    expect((await vocabularyOf(database.db, settings)).services.get('shop-front')).toBe('checkout');
    const rows = await database.db.selectFrom('changes').select(changeColumns).orderBy('id').execute();
    const catalog = await catalogWith(database.db, settings);
    expect(rows.slice(0, 2).map((row) => changeOfRow(row, catalog).service)).toEqual(['checkout', 'checkout']);
  });
});

describe('saying an alias', () => {
  it.each([
    ['a name of the settings', 'Checkout_API', 'ledger', 'The settings say that checkout-api is checkout.'],
    ['a service that nobody knows', 'shop-front', 'lodger', 'I know no service lodger. Do you mean ledger?'],
    ['a name without letters', ' ', 'ledger', 'A name is empty.'],
  ])('of %s is refused', async (_, alias, name, why) => {
    expect(await say(alias, name)).toEqual({ outcome: 'refused', why });
    expect(await listAliases(database.db)).toEqual([]);
  });

  it('twice changes nothing the second time', async () => {
    const outcomes = [await say('shop-front', 'checkout'), await say('Shop_Front', 'checkout-api')];

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['added', 'unchanged']);
    const { rows } = await sql`select from graphile_worker._private_jobs`.execute(database.db);
    expect(rows).toHaveLength(1);
  });

  it('of what has aliases itself takes them along, and never in a circle', async () => {
    await tell(told);
    await say('mailer', 'mailer');
    await say('shop-front', 'mailer');
    await say('mailer', 'ledger');

    expect(await say('ledger', 'mailer')).toMatchObject({ outcome: 'refused' });
    const aliases = await listAliases(database.db);
    expect(aliases.map(({ alias, name }) => [alias, name])).toEqual([
      ['mailer', 'ledger'],
      ['shop-front', 'ledger'],
    ]);
    expect(await say('search', 'mailer')).toMatchObject({ outcome: 'added', alias: { name: 'ledger' } });
  });

  it('the other way round is refused', async () => {
    await tell(told);
    await say('shop-front', 'mailer');

    expect(await say('mailer', 'shop-front')).toEqual({
      outcome: 'refused',
      why: 'shop-front is a name of mailer already: remove that alias first.',
    });
  });

  it('that somebody else has said otherwise changes nothing, unless it is to replace', async () => {
    await say('shop-front', 'checkout');

    expect(await say('shop-front', 'ledger', { replace: false })).toMatchObject({
      outcome: 'taken',
      by: 'cli',
      alias: { name: 'checkout' },
    });
    expect(await say('shop-front', 'ledger')).toMatchObject({ outcome: 'added', alias: { name: 'ledger' } });
  });
});

describe('two processes at once', () => {
  it('leave nothing under the old name: who adds an alias waits for what is being recorded', async () => {
    const { promise: held, resolve: finish } = Promise.withResolvers<void>();
    const { promise: ready, resolve: recorded } = Promise.withResolvers<void>();
    const recording = database.db.transaction().execute(async (trx) => {
      const delivery = { replayed: '00000000-0000-7000-8000-999999999999' };
      await record(trx, [{ delivery, events: told.slice(1, 2), signals: [] }], { catalog: settings, now });
      recorded();
      await held;
    });
    await ready;
    const said = say('shop-front', 'checkout');
    await waitForLock();
    finish();
    await Promise.all([recording, said]);
    await work();

    expect((await state()).changes.map((change) => change.service)).toEqual(['checkout']);
  });

  it('record by an alias that was added while they waited', async () => {
    const { promise: held, resolve: finish } = Promise.withResolvers<void>();
    const { promise: ready, resolve: added } = Promise.withResolvers<void>();
    const adding = database.db.transaction().execute(async (trx) => {
      const alias = { what: 'service' as const, alias: 'shop-front', name: 'checkout', by: 'cli', now, replace: false };
      await addAlias(trx, settings, alias);
      added();
      await held;
    });
    await ready;
    const recording = tell(told.slice(1, 2));
    await waitForLock();
    finish();
    await Promise.all([adding, recording]);

    expect((await state()).changes.map((change) => change.service)).toEqual(['checkout']);
  });

  it('agree on the alias that was said first', async () => {
    const outcomes = await Promise.all([
      say('shop-front', 'checkout', { replace: false }),
      say('shop-front', 'ledger', { replace: false }),
    ]);

    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['added', 'taken']);
  });
});

async function waitForLock(): Promise<void> {
  for (;;) {
    const waiting =
      await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        database.db,
      );
    if (waiting.rows.length > 0) return;
  }
}
