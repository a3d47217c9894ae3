import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Change } from '../src/domain/change.ts';
import type { Statement } from '../src/domain/event.ts';
import { record } from '../src/timeline/record.ts';
import { withHistoryRisks } from '../src/timeline/history-risks.ts';
import { backgroundOf, mirroredLaterQuery, newActorsQuery, skippedQuery } from '../src/timeline/suspect-background.ts';
import { aChange } from './answers.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]),
  services: [],
  configPaths: [],
};
const now = new Date('2026-11-20T16:00:00Z');
const shas = { a: 'a'.repeat(40), b: 'b'.repeat(40), c: 'c'.repeat(40) };
let database: TestDatabase;
let count = 0;

/** A deploy; `hour` of 20 November. */
async function deployed(service: string, environment: string, hour: number, fields: Partial<Statement>) {
  count += 1;
  const statement: Statement = {
    key: `told:${count}`,
    source: 'github',
    occurredAt: new Date(Date.UTC(2026, 10, 20, hour)).toISOString(),
    clock: 'source',
    phase: 'succeeded',
    kind: 'deploy',
    serviceName: service,
    environmentName: environment,
    repository: `acme/${service}`,
    ...fields,
  };
  const event = { statement, identities: [{ type: 'deployment', value: `${count}` }], mentions: [] };
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now }));
}

beforeAll(async () => {
  database = await createTestDatabase();
  await deployed('checkout', 'staging', 8, { to: 'v1.1', commit: shas.a });
  await deployed('checkout', 'production', 9, { to: '1.1', commit: shas.a });
  await deployed('checkout', 'staging', 10, { to: '1.2', phase: 'failed' });
  await deployed('checkout', 'staging', 14, { to: '1.3', commit: shas.c });
  await deployed('search', 'production', 9, { to: '7.0' });
  // Of another service the version may be there.
  await deployed('search', 'production', 10, { to: '1.2' });
  // Its builds for staging have commits of their own.
  for (const [hour, commit] of [shas.a, shas.b].entries()) {
    await deployed('ledger', 'staging', hour, { to: `s${hour}`, commit: 'e'.repeat(40) });
    await deployed('ledger', 'production', hour, { to: `p${hour}`, commit });
  }
  for (let hour = 0; hour < 11; hour += 1) {
    await deployed('cart', 'production', hour, { to: `${hour}`, actor: { login: hour === 0 ? 'Grace' : 'ada' } });
  }
});
afterAll(() => database.close());

async function backgroundAt(hour: number, fields: Partial<Change>) {
  const occurredAt = new Date(Date.UTC(2026, 10, 20, hour));
  const change = aChange({ id: '900', status: 'succeeded', occurredAt, finishedAt: occurredAt, ...fields });
  const mirrors = new Map([['production', ['staging']]]);
  const namesOf = () => Promise.resolve(new Map([['grace hopper', ['grace']]]));
  const known = await backgroundOf({ db: database.db, mirrors, namesOf }, [change]);
  return known.get('900');
}

describe('a deploy', () => {
  it.each<[string, number, Partial<Change>, boolean]>([
    ['skipped staging when its version was never there', 12, { to: '2.0' }, true],
    ['skipped staging when its version only failed there', 12, { to: '1.2' }, true],
    ['skipped staging when its version came there later', 12, { to: '1.3' }, true],
    ['did not when its version was there, however it is written', 12, { to: '1.1' }, false],
    ['did not when its commit was there under another name', 12, { to: 'release-5', commit: shas.a }, false],
    ['did not when its version came there first', 15, { to: 'V1.3' }, false],
    ['did not when its service is never deployed there', 12, { to: '9.9', service: 'search' }, false],
    [
      'did not when none of its service’s commits ever come there',
      12,
      { to: 'p9', commit: shas.c, service: 'ledger' },
      false,
    ],
    ['did not to an environment that nothing mirrors', 12, { to: '2.0', environment: 'test' }, false],
    ['did not when nobody says which version it is', 12, { to: null }, false],
  ])('%s', async (_, hour, fields, expected) => {
    expect(await backgroundAt(hour, fields)).toMatchObject({ skippedStaging: expected });
  });

  it.each<[string, number, Partial<Change>, boolean]>([
    ['is by somebody new who made none of many before', 12, { service: 'cart', actor: { login: 'edsger' } }, true],
    ['is not by who made one, whatever its case', 12, { service: 'cart', actor: { name: 'GRACE' } }, false],
    ['is not by who made one under another name', 12, { service: 'cart', actor: { name: 'Grace Hopper' } }, false],
    ['is not known to be when there were few before', 9, { service: 'cart', actor: { login: 'edsger' } }, false],
    ['is not known to be when nobody says who made it', 12, { service: 'cart', actor: null }, false],
  ])('%s', async (_, hour, fields, expected) => {
    expect(await backgroundAt(hour, fields)).toMatchObject({ newActor: expected });
  });

  it('alone has a background', async () => {
    expect(await backgroundAt(12, { kind: 'config' })).toBeUndefined();
    expect(await backgroundAt(12, { service: null, services: ['a', 'b'] })).toBeUndefined();
  });
});

describe('an answer', () => {
  const releases = { window: null, freezes: [], mirrors: new Map([['production', ['staging']]]) };
  const risksAt = async (hour: number, fields: Partial<Change>) => {
    const occurredAt = new Date(Date.UTC(2026, 10, 20, hour));
    const change = aChange({
      id: '900',
      status: 'succeeded',
      occurredAt,
      finishedAt: occurredAt,
      risks: [],
      ...fields,
    });
    const [told] = await withHistoryRisks({ db: database.db, catalog: {}, releases }, [change]);
    return told?.risks.map(({ text }) => text);
  };

  it.each<[string, number, Partial<Change>, readonly string[]]>([
    ['says that a deploy skipped staging', 12, { to: '2.0' }, ['skipped staging']],
    ['says that it came to staging later', 12, { to: '1.3' }, ['was in production before staging']],
    ['says nothing of one that was there', 12, { to: '1.1' }, []],
    ['says nothing of one that failed', 12, { to: '2.0', status: 'failed' }, []],
  ])('%s', async (_, hour, fields, expected) => {
    expect(await risksAt(hour, fields)).toEqual(expected);
  });
});

it('reads a few rows of a long history, by indexes alone', async () => {
  await sql`
    insert into changes (at, occurred_at, kind, status, environment, service, services, title, actors, recorded_at, events)
    select at, at, 'deploy', 'succeeded', (array['production', 'staging'])[1 + n % 2], 'svc-' || n % 40,
      array['svc-' || n % 40], 'x', array['ada'], at, '[]'
    from (select n, now() - make_interval(secs => n) as at from generate_series(1, 100000) as n) as numbered
  `.execute(database.db);
  await sql`
    insert into mentions (type, value, change_id) select 'version', 'latest', id from changes where title = 'x'
  `.execute(database.db);
  await sql`analyze changes, mentions`.execute(database.db);
  const deploys = Array.from({ length: 500 }, (_, index) => ({
    id: `${index}`,
    at: new Date(Date.now() - index * 1000).toISOString(),
    service: `svc-${index % 40}`,
    environment: 'production',
    version: index % 2 === 0 ? 'latest' : `1.${index}`,
    commit: null,
    mirrors: ['staging'],
    actors: ['grace'],
  }));

  for (const query of [skippedQuery(deploys), mirroredLaterQuery(deploys), newActorsQuery(deploys)]) {
    const plan = await explained(query);
    const read = plan.filter((node) => node.relation !== undefined);

    expect(read.length).toBeGreaterThan(0);
    expect(read.map(({ type }) => type)).not.toContain('Seq Scan');
    // 500 deploys, 50 before each of them, and a few steps with each of those.
    expect(plan.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(250_000);
  }
});

interface Node {
  readonly type: string;
  readonly relation: string | undefined;
  /** Looked at in all, also those that were thrown away. */
  readonly rows: number;
}

async function explained(query: RawBuilder<unknown>): Promise<readonly Node[]> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: RawNode }] }>`explain (analyze, format json) ${query}`.execute(
    database.db,
  );
  return rows.flatMap((row) => nodesIn(row['QUERY PLAN'][0].Plan));
}

interface RawNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly RawNode[];
}

function nodesIn(node: RawNode): readonly Node[] {
  const thrownAway = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  const rows = (node['Actual Rows'] + thrownAway) * node['Actual Loops'];
  return [{ type: node['Node Type'], relation: node['Relation Name'], rows }, ...(node.Plans ?? []).flatMap(nodesIn)];
}
