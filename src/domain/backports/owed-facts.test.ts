import { describe, expect, it } from 'vitest';
import { aDifference, aReport, aSide, comparedAt, daysBefore } from '../../../test/parity-reports.ts';
import { aCause } from '../../../test/parity.ts';
import type { Kind } from '../change.ts';
import type { Difference } from '../comparison/difference.ts';
import { type Maker, type OwedFacts, factPlace, isImported, owedFacts, titleOwed, whyOwed } from './owed-facts.ts';

function aMaker(more: Partial<Maker> = {}): Maker {
  const at = daysBefore(1);
  return { id: '7', kind: 'config', environment: 'production', service: 'checkout', at, recordedAt: at, ...more };
}

const owed = (difference: Partial<Difference>, maker: Partial<Maker> = {}, drifts = new Map()) => {
  const only = aDifference({ verdict: 'reference-only', moved: 'reference', cause: aCause(), ...difference });
  const changes = new Map([['7', aMaker(maker)]]);
  return owedFacts(aReport([only]), { changes, drifts });
};

describe('what the mirror should get', () => {
  it.each<[string, Partial<Difference>, Partial<Maker>, string | null]>([
    ['a change of the configuration of the reference', {}, {}, 'config'],
    ['one of no environment', {}, { environment: null }, 'config'],
    ['one of another environment', {}, { environment: 'staging' }, null],
    ['a flag', {}, { kind: 'flag' }, 'flag'],
    ['infrastructure', { verdict: 'explained' }, { kind: 'infrastructure' }, 'infrastructure'],
    ['something done by hand', { verdict: 'explained' }, { kind: 'maintenance' }, 'manual'],
    ['what both were changed to', { verdict: 'explained', moved: 'both' }, { kind: 'infrastructure' }, null],
    ['what the mirror was changed to', { verdict: 'explained', moved: 'mirror' }, { kind: 'infrastructure' }, null],
    ['what never was alike and is explained', { verdict: 'explained', moved: null }, {}, null],
    ['what is meant', { verdict: 'intended' }, {}, null],
    ['what the mirror is ahead with', { verdict: 'pending-promotion' }, {}, null],
    ['what must differ and does not', { verdict: 'forbidden-equality' }, {}, null],
    ['what cannot be compared', { verdict: 'unknown' }, {}, null],
    ['what nothing explains and nobody was told of', { verdict: 'unexplained', cause: null }, {}, null],
    ['a migration: commits bring it', {}, { kind: 'migration' }, null],
    ['a version', { facet: 'version' }, {}, null],
    ['a measure of data', { facet: 'data' }, {}, null],
    ['a measure of health', { facet: 'health' }, {}, null],
    ['a change that is not there any more', { cause: aCause({ changeId: '8' }) }, {}, null],
  ])('%s', (_, difference, maker, rule) => {
    expect(owed(difference, maker).map((each) => each.rule)).toEqual(rule === null ? [] : [rule]);
  });

  it.each<['reference' | 'mirror' | 'both' | null, number]>([
    ['reference', 1],
    ['mirror', 0],
    ['both', 0],
    [null, 0],
  ])('drift that was told, where %s moved: %i', (moved, count) => {
    const place = factPlace(aDifference());
    const drifts = new Map([[place, { group: 'drift:4', maker: aMaker({ kind: 'drift' }) }]]);
    const found = owed({ verdict: 'unexplained', cause: null, moved }, {}, drifts);
    expect(found.map(({ group }) => group)).toEqual(count === 0 ? [] : ['drift:4']);
  });

  it('is one for each change and service', () => {
    const more = { verdict: 'reference-only', moved: 'reference', cause: aCause() } as const;
    const report = aReport([
      aDifference({ ...more, key: 'A' }),
      aDifference({ ...more, key: 'B' }),
      aDifference({ ...more, key: 'C', service: 'ledger' }),
      aDifference({ ...more, key: 'D', service: null }),
    ]);
    const found = owedFacts(report, { changes: new Map([['7', aMaker()]]), drifts: new Map() });
    expect(found.map(({ service, facts }) => [service, facts.map(({ key }) => key)])).toEqual([
      ['checkout', ['A', 'B', 'D']],
      ['ledger', ['C']],
    ]);
  });
});

describe('what was there before anybody looked', () => {
  it.each<[string, boolean, Partial<Difference>, Partial<Maker>, boolean]>([
    ['seen to begin just now, at the first look', false, { since: daysBefore(0.5) }, {}, false],
    ['seen to begin days ago, at the first look', false, { since: daysBefore(2) }, {}, true],
    ['never seen alike, at the first look', false, { since: null }, {}, true],
    ['seen to begin days ago, later', true, { since: daysBefore(2) }, {}, false],
    ['seen to begin weeks ago, later', true, { since: daysBefore(8) }, {}, true],
    ['never seen alike, later', true, { since: null }, {}, false],
    ['never seen alike, of a change of long ago', true, { since: null }, { at: daysBefore(8) }, true],
    ['never seen alike, and heard late', true, { since: null }, { recordedAt: daysBefore(-7) }, true],
  ])('%s', (_, looked, difference, maker, expected) => {
    const [only] = owed(difference, { kind: 'config' as Kind, ...maker });
    expect(only === undefined ? null : isImported(only, new Set(looked ? ['dotenv'] : []), comparedAt)).toBe(expected);
  });
});

describe('why, as the end of a sentence', () => {
  const why = (facts: readonly Partial<Difference>[], rule: OwedFacts['rule'] = 'config') =>
    whyOwed(
      {
        group: 'x',
        service: null,
        rule,
        maker: aMaker(),
        facts: facts.map((each) => aDifference({ key: 'POOL', ...each })),
      },
      aReport([]),
    );

  it.each<[readonly Partial<Difference>[], string]>([
    [[{}], 'was made in production alone, and staging has POOL 5s, not 30s'],
    [[{}, {}], 'was made in production alone, and staging has POOL 5s, not 30s, and 1 more fact'],
    [[{ mirror: null }, {}, {}], 'was made in production alone, and staging has no POOL, and 2 more facts'],
    [[{ reference: null }], 'was made in production alone, and staging still has POOL'],
    [[{ mirror: aSide(null, { secret: true }) }], 'was made in production alone, and staging has another POOL'],
    [[{ mirror: aSide('') }], 'was made in production alone, and staging has POOL "", not 30s'],
    [[{ key: 'a\u202eb\u0000' }], 'was made in production alone, and staging has ab 5s, not 30s'],
  ])('%j', (facts, expected) => {
    expect(why(facts)).toBe(expected);
  });

  it('of drift', () => {
    expect(why([{}], 'drift')).toBe(
      'is in production with no change that explains it, and staging has POOL 5s, not 30s',
    );
  });
});

describe('the name', () => {
  const title = (facts: readonly Partial<Difference>[], more: Partial<OwedFacts> = {}) =>
    titleOwed(
      {
        group: 'x',
        service: 'web',
        rule: 'drift',
        maker: aMaker(),
        facts: facts.map((each) => aDifference({ key: 'POOL', ...each })),
        ...more,
      },
      'POOL of web drifted: 5s → 30s, between 14:00 and 14:15 UTC on 2026-11-20',
    );

  it.each<[readonly Partial<Difference>[], string]>([
    [[{}], 'web: POOL 5s → 30s'],
    [[{ mirror: aSide('') }], 'web: POOL "" → 30s'],
    [[{ mirror: null }], 'web: POOL added'],
    [[{ reference: null }], 'web: POOL removed'],
    [[{ mirror: aSide(null, { secret: true }) }], 'web: POOL is another secret'],
    [[{}, { key: 'SIZE' }], 'web: POOL, SIZE drifted'],
    [[{}, { key: 'A' }, { key: 'B' }, { key: 'C' }, { key: 'D' }], 'web: POOL, A, B and 2 more drifted'],
    [[{ key: 'a\u202eb\u0000' }], 'web: ab 5s → 30s'],
  ])('of drift is short: %j', (facts, expected) => {
    expect(title(facts)).toBe(expected);
  });

  it('of drift of no one service has none, and of a change is its own', () => {
    expect([title([{}], { service: null }), title([{}], { rule: 'config' })]).toEqual([
      'POOL 5s → 30s',
      'POOL of web drifted: 5s → 30s, between 14:00 and 14:15 UTC on 2026-11-20',
    ]);
  });

  it('of drift is bounded, however long keys and values are', () => {
    const long = aSide('x'.repeat(5000));

    expect(title([{ key: 'k'.repeat(5000), mirror: long, reference: long }]).length).toBeLessThanOrEqual(300);
  });
});
