import { describe, expect, it } from 'vitest';
import { groupDrifts, subjectOf } from './group-drifts.ts';

function drift(key: string, given: Partial<Readonly<Record<'service' | 'facet' | 'snapshot', string>>> = {}) {
  return { service: 'checkout', facet: 'config', snapshot: '1', key, ...given };
}

function grouped(...drifts: readonly ReturnType<typeof drift>[]): readonly (readonly string[])[] {
  return groupDrifts(drifts).map((group) => group.map(({ key }) => key));
}

describe('drifts are told as one', () => {
  it('when one snapshot found them in one file or thing', () => {
    const keys = ['app.yaml:db.pool', 'app.yaml:log', 'web.yaml:port', 'db.host', 'db.port', 'TZ'];
    expect(grouped(...keys.map((key) => drift(key)))).toEqual([
      ['app.yaml:db.pool', 'app.yaml:log'],
      ['web.yaml:port'],
      ['db.host', 'db.port'],
      ['TZ'],
    ]);
  });

  it('not of two services, facets or snapshots', () => {
    const [a, b] = ['app.yaml:a', 'app.yaml:b'];
    for (const other of [{ service: 'search' }, { facet: 'env' }, { snapshot: '2' }]) {
      expect(grouped(drift(a), drift(b, other))).toEqual([[a], [b]]);
    }
  });

  it('when more than a handful have nothing but their snapshot in common', () => {
    const keys = Array.from({ length: 6 }, (_, index) => `KEY_${index}`);
    expect(grouped(...keys.slice(1).map((key) => drift(key)))).toHaveLength(5);
    expect(grouped(drift('a:1'), drift('a:2'), ...keys.map((key) => drift(key)))).toEqual([['a:1', 'a:2'], keys]);
  });
});

it('what keys have in common is their subject', () => {
  expect(subjectOf(['TZ'])).toBe('TZ');
  expect(subjectOf(['app.yaml:a', 'app.yaml:b'])).toBe('app.yaml');
  expect(subjectOf(['TZ', 'LOG'])).toBe('');
});
