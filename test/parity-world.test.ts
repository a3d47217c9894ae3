import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { intendedRulesOf } from '../src/config/parity-rules.ts';
import { readSettings } from '../src/config/settings.ts';
import { covers } from '../src/domain/comparison/covers.ts';
import type { Difference, ParityReport } from '../src/domain/comparison/difference.ts';
import { compareEnvironments } from '../src/parity/compare.ts';
import { changesBetween } from '../src/parity/explaining-changes.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { type Planted, type World, now, pair } from './parity-world/making.ts';
import { makeWorld } from './parity-world/world.ts';
import { writeWorld } from './parity-world/write.ts';
import { emptyCatalog } from './read-source.ts';

describe.each([1, 2])('a generated world, seed %i', (seed) => {
  let database: TestDatabase;
  let world: World;
  let report: ParityReport;
  let causes: ReadonlyMap<string, string>;
  let found: ReadonlyMap<string, Difference>;

  beforeAll(async () => {
    database = await createTestDatabase();
    world = makeWorld(seed);
    causes = await writeWorld(database.db, world);
    const settings = readSettings(stringify({ intended: world.rules }));
    if (settings.outcome === 'invalid') throw new Error(settings.problems.join('; '));
    const context = { db: database.db, catalog: emptyCatalog, rules: intendedRulesOf(settings.settings), ignored: [] };
    report = await compareEnvironments(
      context,
      { pair, service: null, at: now },
      {
        changesBetween: (window, limit) => changesBetween(context, window, limit),
        covers,
        versions: () => Promise.resolve([]),
        flags: () => Promise.resolve([]),
        dataRefreshedAt: () => Promise.resolve(null),
      },
    );
    found = new Map(report.differences.map((each) => [placeOf(each), each]));
  });
  afterAll(() => database.close());

  const planted = () => world.facts.filter(({ story }) => story !== 'equal');
  const verdictOf = (fact: Planted) => found.get(placeOf(fact))?.verdict ?? null;

  it('gives every planted difference its verdict, in 98 of 100 at least', () => {
    const wrong = planted().filter((fact) => verdictOf(fact) !== fact.expected);

    expect(planted().length).toBeGreaterThan(900);
    expect(wrong.map((fact) => [fact.story, fact.expected, verdictOf(fact), found.get(placeOf(fact))?.why])).toEqual(
      [],
    );
  });

  it('never takes what is unexplained for explained', () => {
    const hidden = planted().filter((fact) => fact.expected === 'unexplained' && verdictOf(fact) !== 'unexplained');

    expect(hidden.map(({ story, key }) => [story, key])).toEqual([]);
  });

  it('raises no false alarm', () => {
    const expected = new Map(world.facts.map((fact) => [placeOf(fact), fact.expected]));
    const alarms = report.differences.filter(
      ({ verdict }) => verdict === 'unexplained' || verdict === 'forbidden-equality',
    );
    const wrong = alarms.filter((each) => expected.get(placeOf(each)) !== each.verdict);

    expect(report.facts).toBeGreaterThan(10_000);
    expect(wrong.map((each) => placeOf(each))).toEqual([]);
  });

  it('names the change that it is because of', () => {
    const wrong = planted().filter(
      (fact) => fact.cause !== undefined && found.get(placeOf(fact))?.cause?.changeId !== causes.get(fact.cause),
    );

    expect(wrong.map(({ story, key }) => [story, key])).toEqual([]);
  });
});

function placeOf({ service, facet, key }: Pick<Planted, 'service' | 'facet' | 'key'>): string {
  return `${service ?? ''} ${facet} ${key}`;
}
