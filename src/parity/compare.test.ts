import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, createTestDatabase } from '../../test/database.ts';
import { aRule } from '../../test/parity.ts';
import { emptyCatalog } from '../../test/read-source.ts';
import type { Facet } from '../domain/facts/fact.ts';
import { accept, acceptances, confirm, withdraw } from './acceptances.ts';
import { compareEnvironments } from './compare.ts';
import { explain } from './explanations.ts';
import { scoreHistory } from './keep-comparison.ts';
import { sameOf } from './same.ts';
import { toldSources } from './told-sources.ts';

const pair = { reference: 'production', mirror: 'staging' };
const now = new Date('2026-11-20T16:00:00Z');
const day = 86_400_000;
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

/** What one collector has seen for a day, hourly until `now`. */
async function see(
  environment: string,
  collector: string,
  facts: readonly (readonly [Facet, string, string])[],
): Promise<void> {
  await sql`
    insert into snapshots (environment, collector, collector_version, normaliser, taken_at, recorded_at, complete, not_seen,
      facts, changed, content)
    select ${environment}, ${collector}, '1', 1, taken, taken, true, '{}', 1, 0, sha256(taken::text::bytea)
    from generate_series(${now}::timestamptz - interval '1 day', ${now}, interval '1 hour') as taken
  `.execute(database.db);
  for (const [facet, key, value] of facts) {
    await sql`
      insert into facts (environment, collector, service, facet, key, value, same, valid_from)
      values (${environment}, ${collector}, 'checkout', ${facet}, ${key}, ${value},
        ${sameOf({ service: 'checkout', facet, key, value })}, ${now}::timestamptz - interval '1 day')
    `.execute(database.db);
  }
}

function compare(
  given: { at?: Date; rules?: ReturnType<typeof aRule>[]; ignored?: { facet: string; key: string }[] } = {},
) {
  const { at = now, rules = [], ignored = [] } = given;
  const context = { db: database.db, catalog: emptyCatalog, rules, ignored };
  return compareEnvironments(context, { pair, service: null, at }, toldSources({ ...context, git: null }));
}

async function one(): Promise<void> {
  await see('production', 'dotenv', [
    ['env', 'A', '1'],
    ['env', 'B', '1'],
    ['env', 'C', '1'],
  ]);
  await see('staging', 'dotenv', [
    ['env', 'A', '2'],
    ['env', 'B', '1'],
    ['env', 'C', '1'],
  ]);
}

const asked = {
  pair,
  service: null,
  facet: 'env',
  key: 'A',
  must: null,
  reason: 'smaller there',
  impact: 'none',
  owner: '@ada',
  expires: '2026-12-01',
  by: 'ada',
  isRisky: false,
};

describe('an acceptance', () => {
  it('makes a difference intended until it expires or is withdrawn', async () => {
    await one();
    const { id, needsSecond } = await accept(database.db, asked, now);
    const accepted = await compare();
    const later = await compare({ at: new Date('2026-12-02T00:00:00Z') });
    const withdrawn = await withdraw(database.db, id, { by: 'grace', now });
    const after = await compare();

    expect(needsSecond).toBe(false);
    expect(accepted.differences).toMatchObject([{ key: 'A', verdict: 'intended', rule: { id: `accepted:${id}` } }]);
    expect(accepted.rules).toMatchObject([{ matched: 1, expired: false }]);
    expect(later.rules).toMatchObject([{ expired: true }]);
    expect(withdrawn).toBe(true);
    expect(after.differences).toMatchObject([{ verdict: 'unexplained' }]);
    expect(await withdraw(database.db, id, { by: 'grace', now })).toBe(false);
  });

  it.each([
    ['of a database', { facet: 'database', key: 'setting:work_mem' }],
    ['of a network', { facet: 'network', key: 'x' }],
    ['of everything', { facet: '*', key: '*' }],
    ['of a secret', { facet: 'env', key: 'SECRET' }],
    ['of much at once', { facet: 'package', key: 'p*' }],
    ['of what is said to be risky', { facet: 'env', key: 'A', isRisky: true }],
  ])('%s holds when a second person has confirmed it', async (_what, given) => {
    await see(
      'production',
      'npm',
      Array.from({ length: 21 }, (_, index) => ['package', `p${index}`, '1'] as const),
    );
    await sql`
      insert into facts (environment, collector, service, facet, key, digest, same, valid_from)
      values ('staging', 'dotenv', '', 'env', 'SECRET', 'x', ${Buffer.alloc(16)}, ${now})
    `.execute(database.db);
    const { id, needsSecond } = await accept(database.db, { ...asked, ...given }, now);
    const live = async () => (await compare()).rules.length;

    expect(needsSecond).toBe(true);
    expect(await live()).toBe(0);
    expect(await confirm(database.db, id, { by: 'ada', now })).toBe('own');
    expect(await live()).toBe(0);
    expect(await confirm(database.db, id, { by: 'grace', now })).toBe('confirmed');
    expect(await live()).toBe(1);
    expect(await confirm(database.db, '999', { by: 'grace', now })).toBe('gone');
  });

  it('of the same anew takes the place of the one before', async () => {
    await accept(database.db, asked, now);
    await accept(database.db, { ...asked, reason: 'still smaller', by: 'grace' }, now);

    expect(await acceptances(database.db)).toMatchObject([
      { reason: 'still smaller', acceptedBy: 'grace', expires: '2026-12-01' },
    ]);
  });
});

describe('a comparison', () => {
  it('drops what is ignored, equal or not, and counts it nowhere', async () => {
    await one();
    const report = await compare({
      ignored: [
        { facet: 'env', key: 'A' },
        { facet: 'env', key: '{B,X}' },
      ],
    });

    expect(report).toMatchObject({ facts: 1, equal: 1, differences: [], score: { score: 100, coverage: 100 } });
  });

  it('names rules that match nothing', async () => {
    await one();
    const report = await compare({ rules: [aRule({ key: 'Z' }), aRule({ key: 'A', id: 'settings:2' })] });

    expect(report.rules.map(({ rule, matched }) => [rule.id, matched])).toEqual([
      ['settings:1', 0],
      ['settings:2', 1],
    ]);
  });

  it('finds what must not be equal', async () => {
    await one();
    const { differences, equal } = await compare({ rules: [aRule({ key: 'B', must: { is: 'differ' } })] });

    expect(differences.map(({ key, verdict }) => [key, verdict])).toEqual([
      ['B', 'forbidden-equality'],
      ['A', 'unexplained'],
    ]);
    expect(equal).toBe(1);
  });

  it('takes a person’s word for as long as both have what they have', async () => {
    await one();
    const { id } = await sql<{ id: string }>`
      insert into changes (occurred_at, at, kind, services, title, actors, recorded_at, events)
      values (${now}, ${now}, 'note', '{}', 'we tried', '{}', ${now}, ${JSON.stringify([
        {
          statement: {
            key: 'k',
            source: 'api',
            occurredAt: now.toISOString(),
            clock: 'source',
            phase: 'happened',
            kind: 'note',
            title: 'we tried',
          },
          identities: [],
          mentions: [],
        },
      ])}::jsonb) returning id
    `
      .execute(database.db)
      .then(({ rows }) => rows[0] ?? { id: '' });
    const place = { service: 'checkout', facet: 'env' as const, key: 'A' };
    await explain(database.db, { pair, place, changeId: id, note: 'seen in the log', by: 'ada', now });
    const explained = await compare();
    await sql`update facts set value = '3', same = ${Buffer.alloc(16, 3)} where environment = 'staging' and key = 'A'`.execute(
      database.db,
    );
    const after = await compare();

    expect(explained.differences).toMatchObject([
      { verdict: 'explained', cause: { title: 'we tried', why: 'A person says: seen in the log' } },
    ]);
    expect(after.differences).toMatchObject([{ verdict: 'unexplained', cause: null }]);
  });

  it('costs no less when a collector falls silent or is deleted with its facts', async () => {
    await one();
    const before = await compare();
    const silent = await compare({ at: new Date(now.getTime() + 2 * day) });
    await sql`delete from facts where collector = 'dotenv'`.execute(database.db);
    await see('production', 'npm', [['package', 'p', '1']]);
    await see('staging', 'npm', [['package', 'p', '1']]);
    const deleted = await compare();
    const forgotten = await compare({ at: new Date(now.getTime() + 100 * day) });

    expect(before.score).toMatchObject({ score: 66.7, coverage: 100 });
    expect(silent.score).toMatchObject({ score: 0, coverage: 0 });
    expect(silent.differences).toMatchObject([{ verdict: 'unknown' }]);
    expect(deleted.score).toMatchObject({ score: 25, coverage: 50 });
    expect(forgotten.score.score).toBeNull();
    expect(await scoreHistory(database.db, pair, { days: 7, at: new Date(now.getTime() + 2 * day) })).toEqual([
      { day: '2026-11-20', score: 25, coverage: 50 },
      { day: '2026-11-22', score: 0, coverage: 0 },
    ]);
  });

  it('costs nothing any more when it is mended', async () => {
    await one();
    await compare();
    await sql`update facts set value = '1', same = ${sameOf({ service: null, facet: 'env', key: 'A', value: '1' })} where environment = 'staging' and key = 'A'`.execute(
      database.db,
    );

    expect((await compare()).score).toMatchObject({ score: 100, coverage: 100, moved: [] });
    expect((await sql`select from parity_faults`.execute(database.db)).rows).toEqual([]);
  });
});
