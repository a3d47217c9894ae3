import { subHours, subMinutes } from 'date-fns';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import { cardOf } from '../src/incidents/card.ts';
import { suspectsOf } from '../src/incidents/suspects.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { blockKitProblems } from '../src/slack/block-limits.ts';
import { renderIncidentCard } from '../src/slack/messages/incident-card.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';

const bare = { aliases: [], repository: null, paths: [], configPaths: null, branches: {}, owners: [] };
const catalog: Catalog = {
  environments: new Map([['production', 'production']]),
  services: [
    { ...bare, name: 'checkout', dependsOn: ['ledger'], flags: ['checkout-*'] },
    { ...bare, name: 'ledger', dependsOn: [] },
    { ...bare, name: 'search', dependsOn: [], flags: ['search-*'] },
  ],
  configPaths: [],
};
const now = new Date('2026-11-20T16:13:00Z');
const onset = subMinutes(now, 14);

let database: TestDatabase;
let count = 0;
let place = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(() => {
  place = `place-${(count += 1)}`;
});

function dependencies() {
  return {
    db: database.db,
    catalog,
    lookback: 24 * 3_600_000,
    releases: { window: null, freezes: [], mirrors: new Map() },
    sources: [],
  };
}

async function tell(at: Date, fields: Partial<Statement> = {}): Promise<string> {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: at.toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    environmentName: place,
    serviceName: 'checkout',
    to: `1.${count}.0`,
    ...fields,
  };
  const events = [{ statement, identities: [{ type: 'deployment', value: String(count) }], mentions: [] }];
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const batch = await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events, signals: [] }], { catalog, now: at }));
  return batch.recorded[0]?.changeIds[0] ?? '';
}

/** The same change `times` times more, each `seconds` before the one before, of services that nobody has heard of. */
async function repeat(id: string, times: number, seconds: number, service: string): Promise<void> {
  await database.pool.query(
    `insert into changes (at, occurred_at, kind, status, environment, service, services, title, actors, recorded_at, events)
     select at - i * $3::float * interval '1 second', occurred_at - i * $3::float * interval '1 second', kind, status, environment,
       $4, array[$4], title, actors, recorded_at, events
     from changes, generate_series(1, $2::int) as i where id = $1`,
    [id, times, seconds, service],
  );
}

function fault(given: Parameters<typeof insertIncident>[1] = {}) {
  return insertIncident(database.db, { environment: place, started_at: onset, opened_at: onset, ...given });
}

it('suspects what could have reached the affected services, and rules out the others', async () => {
  const deploy = await tell(subMinutes(onset, 2));
  const upstream = await tell(subMinutes(onset, 6), { serviceName: 'ledger', kind: 'config', phase: 'happened' });
  const other = await tell(subMinutes(onset, 3), { serviceName: 'search' });
  const later = await tell(subMinutes(now, 3));
  const { ranking, scope, total, sinceOnset } = await suspectsOf(dependencies(), await fault(), now);

  expect(scope.services).toEqual(['checkout', 'ledger']);
  expect(ranking.suspects.map(({ change }) => change.id)).toEqual([deploy, upstream]);
  expect(ranking.ruledOut.map(({ change, why }) => [change.id, why])).toEqual([
    [later, 'began after the fault'],
    [other, 'checkout does not depend on it'],
  ]);
  expect([total, sinceOnset]).toEqual([3, 1]);
});

it('puts what people decided before what was reckoned', async () => {
  const likely = await tell(subMinutes(onset, 2));
  const unlikely = await tell(subHours(onset, 20), { serviceName: 'ledger' });
  const fix = await tell(subMinutes(now, 3), { kind: 'rollback' });
  const incident = await fault();
  const { id } = incident;
  await sayVerdict(database.db, id, { changeId: likely, verdict: 'dismissed', why: 'only assets' }, 'U1ADA', now);
  await sayVerdict(database.db, id, { changeId: unlikely, verdict: 'suspect', why: 'it touches that' }, 'U1ADA', now);
  await sayVerdict(database.db, id, { changeId: fix, verdict: 'fixed', why: 'it works again' }, 'U1ADA', now);
  const { ranking, verdicts } = await suspectsOf(dependencies(), incident, now);

  expect(ranking.suspects.map(({ change }) => change.id)).toEqual([unlikely]);
  expect(ranking.ruledOut[0]).toMatchObject({ change: { id: likely }, why: 'only assets' });
  expect(verdicts.get(likely)).toMatchObject({ saidBy: 'U1ADA' });
});

it('shows the risks of which only the settings and the history know, on its card too', async () => {
  const frozen = await tell(subMinutes(onset, 2));
  const freezes = [
    { name: 'black-friday', from: subHours(onset, 1), to: now, environments: [] },
    { name: 'summer', from: subHours(onset, 900), to: subHours(onset, 800), environments: [] },
  ];
  const releases = { window: null, freezes, mirrors: new Map() };
  const incident = await fault();
  const { ranking } = await suspectsOf({ ...dependencies(), releases }, incident, now);
  const card = await cardOf({ ...dependencies(), releases }, incident, now);

  for (const { suspects } of [ranking, card]) {
    expect(suspects.map(({ change }) => [change.id, change.risks.map(({ name }) => name)])).toEqual([
      [frozen, ['freeze']],
    ]);
  }
});

it('shows 2,000 changes of its services as one card that Slack takes, and reads a part of them', async () => {
  const deploy = await tell(subMinutes(onset, 2), { from: '1.0.0' });
  await repeat(await tell(subMinutes(onset, 4)), 1000, 60, 'checkout');
  await repeat(await tell(subMinutes(now, 1)), 999, 0.5, 'checkout');
  const incident = await fault();
  const { changes } = await suspectsOf(dependencies(), incident, now);
  const card = await cardOf(dependencies(), incident, now);

  expect(changes.length).toBeLessThanOrEqual(1000);
  expect(card.total).toBe(2002);
  expect(card.suspects[0]?.change.id).toBe(deploy);
  expect(blockKitProblems(renderIncidentCard(card))).toEqual([]);
});

it('finds the deploys of its services behind ten thousand changes of others, and says that it did not see all', async () => {
  const deploy = await tell(subHours(onset, 5));
  await repeat(await tell(subMinutes(onset, 1), { serviceName: 'search' }), 12_000, 1, 'search');
  const found = await suspectsOf(dependencies(), await fault(), now);

  expect(found.ranking.suspects.map(({ change }) => change.id)).toContain(deploy);
  expect(found.totalIsFloor).toBe(true);
  expect(found.changes.length).toBeLessThanOrEqual(1000);
});

it('looks at all changes of the environment when nobody knows the services', async () => {
  const checkout = await tell(subMinutes(onset, 2));
  const search = await tell(subMinutes(onset, 5), { serviceName: 'search' });
  const { ranking } = await suspectsOf(dependencies(), await fault({ services: [], title: 'Something' }), now);

  expect(ranking.suspects.map(({ change }) => change.id)).toEqual([checkout, search]);
});

it('suspects a flag that an affected service evaluates, and rules out one that only another does', async () => {
  const flip = (key: string) =>
    tell(subMinutes(onset, 3), { kind: 'flag', phase: 'happened', serviceName: '', to: '', title: `${key}: now on` });
  const [own, other] = [await flip('checkout-retries'), await flip('search-ranking')];

  const { ranking } = await suspectsOf(dependencies(), await fault(), now);

  expect(ranking.suspects.map(({ change }) => change.id)).toEqual([own]);
  expect(ranking.suspects[0]?.reasons.map(({ text }) => text)).toContain('the same service');
  expect(ranking.ruledOut).toEqual([
    expect.objectContaining({
      change: expect.objectContaining({ id: other }),
      why: expect.stringContaining('checkout does not depend on it'),
    }),
  ]);
});

it('tells of open drift of what is affected and of what all may share, not of services that it does not depend on', async () => {
  const drift = (serviceName: string) =>
    tell(subHours(onset, 2), { kind: 'drift', phase: 'started', serviceName, title: `${serviceName} drifted` });
  const [ledger, network] = [await drift('ledger'), await drift('network')];
  await drift('search');

  const { drifts } = await cardOf(dependencies(), await fault(), now);
  const everywhere = await cardOf(dependencies(), await fault({ services: [] }), now);

  expect(drifts.map(({ id }) => id).toSorted()).toEqual([ledger, network].toSorted());
  expect(everywhere.drifts).toHaveLength(3);
});

it('offers to choose from services that anybody may know, and from no restricted one', async () => {
  await tell(subMinutes(onset, 2), { serviceName: 'payroll' });
  const restricted = { ...dependencies(), hidden: ['ledger', 'payroll'] };
  const nameless = await fault({ services: [], title: 'Something' });

  const { choices } = await cardOf(restricted, nameless, now);

  expect(choices).toEqual(expect.arrayContaining(['checkout', 'search']));
  expect(choices).not.toContain('ledger');
  expect(choices).not.toContain('payroll');
});

it('suspects a drift that was found long before and is still there', async () => {
  const drift = await tell(subHours(onset, 30), {
    kind: 'drift',
    phase: 'started',
    title: 'network: 1 of 48 resources',
  });
  const { changes } = await suspectsOf(dependencies(), await fault(), now);
  const card = await cardOf(dependencies(), await fault(), now);

  expect(changes.map(({ id }) => id)).toEqual([drift]);
  expect(card.drifts.map(({ id }) => id)).toEqual([drift]);
});
