import type { Facet } from './fact.ts';

/**
 * Goes up with every rule that changes which values are the same: what was stored by another version is then compared
 * with nothing, so that an upgrade is never taken for a drift.
 */
export const normaliserVersion = 1;

/** For which facets each rule holds. Docs/normalisers.md says what each does. */
export const ruleFacets = {
  text: ['env', 'version', 'package', 'runtime'],
  'line-ends': ['config', 'infrastructure', 'schema', 'network'],
  'json-text': ['env', 'config', 'infrastructure', 'flag'],
  empty: [
    'version',
    'env',
    'config',
    'package',
    'runtime',
    'database',
    'schema',
    'data',
    'infrastructure',
    'network',
    'health',
  ],
  'number-text': ['config', 'database', 'data', 'infrastructure', 'network', 'health'],
  'boolean-text': ['config', 'infrastructure'],
  switch: ['database', 'flag'],
  quantity: ['infrastructure'],
  'setting-unit': ['database'],
  duration: ['config', 'infrastructure'],
  instant: ['config', 'database', 'data', 'infrastructure', 'network', 'health'],
  'set-order': ['config', 'infrastructure', 'network'],
  'ever-changing': ['infrastructure', 'network'],
  'server-default': ['infrastructure'],
  'version-prefix': ['version', 'runtime'],
  'domain-name': ['network'],
} as const satisfies Readonly<Record<string, readonly Facet[]>>;
export type NormaliserRule = keyof typeof ruleFacets;

export function holds(rule: NormaliserRule, facet: Facet): boolean {
  const facets: readonly Facet[] = ruleFacets[rule];
  return facets.includes(facet);
}
