import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatherFacts } from '../src/digest/gather.ts';
import { recentlyHome } from '../src/digest/home.ts';
import { visibleFacts } from '../src/digest/visible-facts.ts';
import { composeDigest } from '../src/domain/digest/compose.ts';
import type { DigestFacts, DigestScope } from '../src/domain/digest/facts.ts';
import { digestPort, digestSources, keepScores } from '../src/start/digest.ts';
import { usualGitBaseUrl } from '../src/config/environment.ts';
import { directoryOf } from '../src/config/people.ts';
import { readSettings } from '../src/config/settings.ts';
import { createPeople } from '../src/people/people.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { someFacts } from './digests.ts';
import { aDifference, aReport } from './parity-reports.ts';
import { catalog } from './slack-incidents.ts';

const at = new Date('2026-11-23T09:00:00Z');
const day = 86_400_000;
const ago = (days: number) => new Date(at.getTime() - days * day);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(
    database.db,
    `backports, changes, identities, delivery_keys, services, drifts, snapshots, parity_scores,
    parity_alarms, parity_posts, people_links, people_standings, digests`,
  );
});

const usual = `
people: [{ name: Ada, github: ada-l, slack: UADA }, { name: Grace, email: grace@example.com }]
services: { checkout: { owners: ['@ada-l'] }, ledger: { owners: ['@platform'] } }
`;
function read(yaml: string) {
  const found = readSettings(yaml);
  if (found.outcome === 'invalid') throw new Error(found.problems.join('\n'));
  return found.settings;
}
const settings = read(usual);
const sourcesOf = (more?: string) => {
  const { db } = database;
  const configuration = { settings: more === undefined ? settings : read(more), catalog };
  const people = createPeople({ db, settings: directoryOf(configuration.settings), slack: null, now: () => at });
  return digestSources({ db, configuration, git: null, directoryOf: people.directoryOf });
};
const gather = (more?: string) => gatherFacts({ db: database.db, sources: sourcesOf(more) }, at);

let made = 0;

async function backport(more: object): Promise<string> {
  made += 1;
  const row = await database.db
    .insertInto('backports')
    .values({
      state: 'open',
      service: 'checkout',
      reference: 'production',
      mirror: 'staging',
      repository: 'acme/checkout',
      title: `Fix ${made}`,
      why: 'staging has it not',
      imported: false,
      opened_at: ago(3),
      recorded_at: ago(3),
      ...more,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

async function deploy(service: string, environmentName: string, to: string, when: Date): Promise<void> {
  made += 1;
  const event = {
    statement: {
      key: `deploy:${made}`,
      source: 'github',
      occurredAt: when.toISOString(),
      clock: 'source',
      phase: 'succeeded',
      kind: 'deploy',
      environmentName,
      serviceName: service,
      to,
    },
    identities: [{ type: 'deployment', value: String(made) }],
    mentions: [],
  } as const;
  const delivery = { replayed: `00000000-0000-7000-8000-${String(made).padStart(12, '0')}` };
  await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now: at }));
}

describe('what a digest is composed of', () => {
  it('is nothing where nothing is known', async () => {
    const facts = await gather();

    expect(facts).toMatchObject({ backports: [], home: [], drifts: [], alarms: [], measures: null });
    expect(facts.weeks.map(({ open }) => open.length)).toEqual(Array.from({ length: 12 }, () => 0));
  });

  it('has what runs where, as it was deployed last', async () => {
    await deploy('checkout', 'production', '1.41.2', ago(9));
    await deploy('checkout', 'production', '1.41.3', ago(2));
    await deploy('checkout', 'staging', '1.42.0', ago(1));
    await deploy('ledger', 'production', '2.0.4', ago(1));
    const [pair] = (await gather()).pairs;

    expect(Object.fromEntries(pair?.versions ?? [])).toEqual({
      checkout: { reference: '1.41.3', mirror: '1.42.0' },
      ledger: { reference: '2.0.4', mirror: null },
    });
  });

  it('has what the rules found in production in the week, and which of it somebody said why', async () => {
    await deploy('checkout', 'production', '1.0', ago(8));
    await deploy('checkout', 'production', '1.1', ago(3));
    await deploy('ledger', 'production', '2.0', ago(2));
    await deploy('ledger', 'staging', '2.1', ago(2));
    await database.db
      .insertInto('overrides')
      .values({
        change_id: null,
        service: 'ledger',
        environment: 'production',
        version: '2.0',
        reason: 'hotfix',
        said_by: 'U1',
        said_name: 'Ada',
        said_at: new Date(ago(2).getTime() - 60_000),
        valid_until: at,
      })
      .execute();
    const { risks } = await gather(
      '{ rules: { skipped-staging: off }, freezes: [{ name: sale, from: 2026-11-01T00:00Z, to: 2026-12-01T00:00Z }] }',
    );

    expect(risks).toEqual({
      found: [
        { rule: 'freeze', services: ['ledger'], justified: true },
        { rule: 'freeze', services: ['checkout'], justified: false },
      ],
      newest: null,
    });
  });

  it('counts the backports that were not home at the end of each week', async () => {
    await backport({ opened_at: ago(1) });
    await backport({ opened_at: ago(30), service: null });
    await backport({ opened_at: ago(40), state: 'landed', landed_at: ago(10) });
    await backport({ opened_at: ago(40), state: 'live', landed_at: ago(10), live_at: ago(9) });
    await backport({ opened_at: ago(40), state: 'lapsed', judged_at: ago(20) });
    await backport({
      opened_at: ago(40),
      state: 'waived',
      waived_by: 'ada',
      waived_reason: 'gone soon',
      waived_at: ago(3),
      waived_until: ago(-30),
    });
    const counts = (await gather()).weeks.map(({ open }) => open.reduce((sum, { count }) => sum + count, 0));

    expect(counts).toEqual([0, 0, 0, 0, 0, 0, 4, 5, 5, 4, 2, 2]);
    const usual = { reference: 'production', mirror: 'staging' };
    const open = [...((await gather()).weeks.at(-1)?.open ?? [])];
    expect(open.toSorted((a, b) => (a.service ?? '').localeCompare(b.service ?? ''))).toEqual([
      { pair: usual, service: null, count: 1 },
      { pair: usual, service: 'checkout', count: 1 },
    ]);
  });

  it('names who looks after what, and never a machine', async () => {
    await backport({ owner: 'ada-l' });
    const facts = await gather();

    expect(facts.backports.map(({ owner }) => owner)).toEqual(['Ada']);
    expect([facts.ownerOf('checkout'), facts.ownerOf('ledger'), facts.ownerOf('web')]).toEqual([
      'Ada',
      'platform',
      null,
    ]);
  });

  it('calls people what they are called, by what they said of themselves too', async () => {
    await backport({ owner: 'grace-h' });
    await backport({ owner: 'Mary' });
    const { db } = database;
    const names = async () => {
      const [facts, actorOf] = [await gather(), await sourcesOf().actors(['grace-h', 'deploy-bot'])];
      return [...facts.backports.map(({ owner }) => owner), actorOf('grace-h'), actorOf('deploy-bot')];
    };
    expect(await names()).toEqual(['Ada', 'Ada', 'grace-h', 'deploy-bot']);

    const said = { kind: 'github', slack_id: 'UGRACE', said_by: 'UGRACE', said_at: ago(1), decided: false } as const;
    await db
      .insertInto('people_links')
      .values([
        { ...said, identity: 'grace-h' },
        { ...said, identity: 'grace@example.com' },
      ])
      .execute();
    await db
      .insertInto('people_standings')
      .values({ slack_id: 'UGRACE', standing: 'member', name: 'Grace Hopper', asked_at: at })
      .execute();
    expect(await names()).toEqual(['Grace', 'Ada', 'Grace', 'deploy-bot']);
  });

  it('has what came home within the week, not what was there before anybody looked', async () => {
    const id = await backport({ state: 'live', landed_at: ago(5), live_at: ago(4) });
    await backport({ state: 'live', landed_at: ago(50), live_at: ago(40), opened_at: ago(60) });
    await backport({ state: 'live', landed_at: ago(5), live_at: ago(4), imported: true });

    expect(await recentlyHome(database.db, ago(7), 10)).toEqual([id]);
    expect((await gather()).home.map(({ backport: { id: found } }) => found)).toEqual([id]);
  });

  it('has when each service had its last fix home, by pair', async () => {
    const usual = { reference: 'production', mirror: 'staging' };
    const dev = { reference: 'staging', mirror: 'dev' };
    const live = (days: number) => ({ state: 'live', landed_at: ago(days), live_at: ago(days) }) as const;
    await backport({ ...live(40), opened_at: ago(60) });
    await backport({ ...live(20), opened_at: ago(60) });
    await backport({ ...live(10), ...dev });
    await backport({ ...live(5), service: null });
    await backport({ state: 'landed', landed_at: ago(3) });
    const settled = [...(await gather()).settled].toSorted((a, b) => a.at.getTime() - b.at.getTime());

    expect(settled).toEqual([
      { pair: usual, service: 'checkout', at: ago(20) },
      { pair: dev, service: 'checkout', at: ago(10) },
    ]);
  });

  it('has the drifts that ended within the week, with the change that explains them', async () => {
    await deploy('checkout', 'production', '1.41.3', ago(2));
    await sql`
      with snapshot as (
        insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete,
          not_seen, facts, changed, content)
        values ('production', 'dotenv', '1', 1, ${ago(3)}, ${ago(3)}, true, '{}', 1, 1, decode(repeat('00', 32), 'hex')) returning id
      )
      insert into drifts (environment, collector, service, facet, key, secret, window_from, window_to, snapshot_id, seen,
        first_seen_at, state, report, explained_by, ended_at)
      select 'production', 'dotenv', 'checkout', 'env', given.key, false, ${ago(20)}, ${ago(19)}, snapshot.id, 2, ${ago(19)},
        given.state, null, case when given.state = 'explained' then (select min(id) from changes) end, given.ended_at
      from snapshot, (values ('A', 'explained', ${ago(1)}::timestamptz), ('B', 'cleared', ${ago(2)}), ('OLD', 'cleared', ${ago(9)}),
        ('UNTOLD', 'cleared', ${ago(1)})) as given (key, state, ended_at)
    `.execute(database.db);
    await sql`update drifts set report = id where key <> 'UNTOLD'`.execute(database.db);

    expect((await gather()).drifts).toMatchObject([
      {
        key: 'A',
        ended: 'explained',
        change: { title: expect.stringContaining('checkout'), actor: null, services: ['checkout'] },
      },
      { key: 'B', ended: 'cleared', change: null },
    ]);
  });
});

describe('what a digest tells of a restricted service', () => {
  const yaml = `
services:
  checkout: { channel: '#checkout' }
  payroll: { restricted: true, aliases: [pay-api], channel: '#payroll' }
`;
  const everybody: DigestScope = { services: null, restricted: new Set(['payroll']) };
  const tell = async (facts: DigestFacts, scope: DigestScope) => {
    const seen = await visibleFacts(sourcesOf(yaml), facts, scope);
    return JSON.stringify(composeDigest(seen, { scope, dueAt: at, previous: null }).digest);
  };

  it('is nothing, not even by keys of no service, nor as what explains something else', async () => {
    await deploy('payroll', 'production', '9.9.9', ago(2));
    const { id } = await database.db.selectFrom('changes').select('id').executeTakeFirstOrThrow();
    const cause = { changeId: id, kind: 'deploy', title: 'Salaries twice', at: ago(2), url: null } as const;
    const both = { group: 'change', cause: { ...cause, confidence: 'certain', why: 'It was then.' } } as const;
    const report = aReport([
      aDifference({ service: null, key: 'PAYROLL_DB' }),
      aDifference({ service: null, facet: 'network', key: 'pay-api.host' }),
      aDifference({ key: 'POOL', verdict: 'reference-only', ...both }),
      aDifference({ key: 'QUEUE', verdict: 'reference-only', ...both }),
    ]);
    const facts = someFacts({
      report,
      drifts: [
        {
          environment: 'production',
          service: 'checkout',
          key: 'WORKERS',
          ended: 'explained',
          at: ago(1),
          change: { title: 'Salaries twice', actor: 'grace', services: ['payroll'] },
        },
        { environment: 'production', service: null, key: 'PAYROLL_URL', ended: 'cleared', at: ago(1), change: null },
      ],
      alarms: [
        { title: 'PAYROLL_HOST', services: [], at: ago(1) },
        { title: '2 keys', services: ['checkout', 'payroll'], at: ago(1) },
      ],
      risks: { found: [{ rule: 'freeze', services: ['checkout', 'payroll'], justified: false }], newest: null },
    });

    for (const scope of [everybody, { ...everybody, services: new Set(['checkout']) }]) {
      const told = await tell(facts, scope);

      expect(told).not.toMatch(/payroll|pay-api|salaries|grace|2 keys|freeze/i);
      expect(told).toMatch(/POOL[^]*WORKERS/);
    }
  });

  it('is nothing to who previews it elsewhere', async () => {
    const { db } = database;
    const people = createPeople({ db, settings: directoryOf(read(yaml)), slack: null, now: () => at });
    const port = digestPort({
      db,
      configuration: { settings: read(yaml), catalog },
      git: null,
      directoryOf: people.directoryOf,
    });
    const pair = { reference: 'production', mirror: 'staging' };
    await db
      .insertInto('parity_posts')
      .values({ key: 'post', ...pair, services: [], summary: null, made_at: ago(2) })
      .execute();
    await sql`
      insert into parity_alarms (reference, mirror, group_key, difference_ids, verdict, said, post_key, opened_at,
        ended_at, ended)
      select 'production', 'staging', title, '{}', 'unexplained', jsonb_build_object('title', title, 'services', '[]'::jsonb),
        'post', ${ago(2)}, ${ago(1)}, 'equal'
      from unnest(array['PAYROLL_HOST', 'PARCEL_HOST']) as title
    `.execute(db);
    const { digest } = await port.preview({ id: 'C1', name: 'random' }, at);

    expect(digest.better.map(({ title }) => title)).toEqual(['PARCEL_HOST']);
  });

  it('is all of it in its own channel', async () => {
    const report = aReport([aDifference({ service: 'payroll', key: 'PAYROLL_DB' }), aDifference({ key: 'TIMEOUT' })]);
    const told = await tell(someFacts({ report }), { ...everybody, services: new Set(['payroll']) });

    expect(told).toContain('PAYROLL_DB');
    expect(told).not.toContain('TIMEOUT');
  });
});

describe('a preview', () => {
  const monday = `${usual}
digest: { day: monday, time: '09:00', timezone: UTC, channel: '#parity' }
`;

  it('compares with what the next digest of its channel will be compared with, and with nothing elsewhere', async () => {
    const { db } = database;
    const people = createPeople({ db, settings: directoryOf(read(monday)), slack: null, now: () => at });
    const { preview } = digestPort({
      db,
      configuration: { settings: read(monday), catalog },
      git: null,
      directoryOf: people.directoryOf,
    });
    const told = composeDigest(someFacts({ report: aReport([aDifference(), aDifference()]) }), {
      scope: { services: null, restricted: new Set() },
      dueAt: at,
      previous: null,
    });
    await db
      .insertInto('digests')
      .values({
        channel: 'CPARITY',
        week: '2026-W48',
        named: '#parity',
        services: null,
        due_at: at,
        state: 'told',
        why: null,
        made_at: at,
        said: JSON.stringify(told.digest),
        picture: null,
        pictured_at: null,
        told_at: at,
      })
      .execute();
    const lastWeek = async (id: string) => (await preview({ id, name: 'parity' }, ago(-3))).digest.head.before;

    expect(await lastWeek('CPARITY')).toMatchObject({ score: 94.2, unexplained: 2 });
    expect(await lastWeek('CELSEWHERE')).toMatchObject({ score: null, unexplained: null });
  });
});

it('keeps the score of a day, also while nobody asks', async () => {
  const { db } = database;
  const snapshot = { collector_version: '1', normaliser: 1, complete: true, not_seen: [], facts: 0, changed: 0 };
  await db
    .insertInto('snapshots')
    .values(
      ['production', 'staging'].map((environment) => ({
        ...snapshot,
        environment,
        collector: 'dotenv',
        taken_at: ago(0.01),
        recorded_at: ago(0.01),
        content: Buffer.alloc(32),
      })),
    )
    .execute();
  const environment = { gitBaseUrl: usualGitBaseUrl, github: null };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is read
  const configuration = { settings, catalog, environment } as unknown as Parameters<
    typeof keepScores
  >[0]['configuration'];
  await keepScores({ configuration, db, now: () => at })({}, AbortSignal.timeout(10_000));
  const kept = await db
    .selectFrom('parity_scores')
    .select(sql<string>`day::text`.as('day'))
    .execute();

  expect(kept).toEqual([{ day: '2026-11-23' }]);
});
