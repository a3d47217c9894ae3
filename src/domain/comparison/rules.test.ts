import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aRule } from '../../../test/parity.ts';
import type { Facet } from '../facts/fact.ts';
import { KeyIndex, keyMatcher, likePattern } from './key-index.ts';
import { liveRules } from './rules.ts';

const pair = { reference: 'production', mirror: 'staging' };
const at = new Date('2026-11-20T16:00:00Z');

it.each([
  ['DATABASE_URL', 'DATABASE_URL', true],
  ['DATABASE_URL', 'DATABASE_URLS', false],
  ['*.timestamp', 'conf/app.yaml:build.timestamp', true],
  ['*', '.hidden', true],
  ['Deployment/*:spec.replicas', 'Deployment/a/b:spec.replicas', true],
  ['{A,B}_*', 'B_URL', true],
  ['{A,B}_*', 'C_URL', false],
  ['*_URL', 'PAY_URL', true],
  ['!x', 'y', false],
  ['a[', 'a[', true],
])('the glob %j matches %j: %j', (glob, key, expected) => {
  expect(keyMatcher(glob)(key)).toBe(expected);
});

/** `like` as a regular expression. */
function likeInWords(pattern: string): RegExp {
  const parts = pattern.match(/\\.|[^]/g) ?? [];
  const words = parts.map((part) =>
    part === '%' ? '[^]*' : part === '_' ? '[^]' : escaped(part.length === 2 ? part.slice(1) : part),
  );
  return new RegExp(`^${words.join('')}$`);
}

describe('an index of keys', () => {
  it('finds what one rule after the other would', () => {
    const part = fc.constantFrom('a', 'b', 'AB', 'abc', '*', '?', '/', '.', ':', '{a,b}', '[ab]', '|', '(a|b)', '_URL');
    const glob = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const key = fc.array(fc.constantFrom('a', 'b', 'c', 'AB', 'abc', '/', '.', ':', '_URL'), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 8 }), key, (globs, parts) => {
        const rules = globs.map((each, index) => ({ facet: index % 3 === 0 ? '*' : 'env', key: each }));
        const asked = parts.join('');

        const matching = globs.filter((each) => keyMatcher(each)(asked));
        expect(matching.filter((each) => !likeInWords(likePattern(each)).test(asked))).toEqual([]);
        expect(new KeyIndex(rules).matching('env', asked)).toEqual(rules.filter((rule) => keyMatcher(rule.key)(asked)));
      }),
      { numRuns: 2000 },
    );
  });
});

it.each([
  ['*.timestamp', '%.timestamp'],
  ['a?_*', String.raw`a_\_%`],
  ['{A,B}_URL', String.raw`%\_URL`],
  ['values/[ab]*', 'values/%'],
  ['50%*', String.raw`50\%%`],
  ['a|b', '%'],
])('%j is found among %j', (glob, pattern) => {
  expect(likePattern(glob)).toBe(pattern);
});

describe('rules', () => {
  const place = (given: { service?: string | null; facet?: Facet; key?: string } = {}) => ({
    service: 'checkout',
    facet: 'env' as const,
    key: 'A',
    ...given,
  });

  it.each([
    ['of any service', aRule({ key: 'A' }), place(), true],
    ['of any service match what belongs to none', aRule({ key: 'A' }), place({ service: null }), true],
    ['of one service', aRule({ key: 'A', service: 'ledger' }), place(), false],
    ['of another facet', aRule({ key: 'A', facet: 'config' }), place(), false],
    ['of all facets', aRule({ key: 'A', facet: '*' }), place(), true],
    ['on their last day', aRule({ key: 'A', expires: '2026-11-20' }), place(), true],
    ['after it', aRule({ key: 'A', expires: '2026-11-19' }), place(), false],
    ['of this pair', aRule({ key: 'A', pair }), place(), true],
    ['of another pair', aRule({ key: 'A', pair: { ...pair, mirror: 'qa' } }), place(), false],
  ])('%s', (_name, rule, asked, expected) => {
    expect(liveRules([rule], [], { pair, at }).matching(asked)).toEqual(expected ? [rule] : []);
  });

  it('come in the order in which they are written', () => {
    const rules = [aRule({ id: '1', key: 'A*' }), aRule({ id: '2', key: 'A' }), aRule({ id: '3', key: '*' })];

    expect(liveRules(rules, [], { pair, at }).matching(place())).toEqual(rules);
  });

  it('ask about equal facts only where they must differ or are ignored', () => {
    const rules = [
      aRule({ facet: 'env', key: 'X', must: { is: 'differ' } }),
      aRule({ facet: 'config', key: '*_URL', must: { is: 'differ' } }),
      aRule({ facet: 'flag', key: '*', must: { is: 'equal' } }),
      aRule({ facet: 'runtime', key: 'Y*' }),
    ];

    expect(liveRules(rules, [{ facet: 'data', key: '*' }], { pair, at }).equalFacts).toEqual({
      keys: ['X'],
      patterns: ['%', String.raw`%\_URL`],
    });
  });

  it('say what is ignored', () => {
    const { isIgnored } = liveRules([], [{ facet: 'config', key: '*.timestamp' }], { pair, at });

    expect(isIgnored(place({ facet: 'config', key: 'a.timestamp' }))).toBe(true);
    expect(isIgnored(place({ key: 'a.timestamp' }))).toBe(false);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
