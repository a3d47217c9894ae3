import type { Cause, IntendedRule, Side } from '../src/domain/comparison/difference.ts';

/** A rule that allows any difference of everything; give what the test is about. */
export function aRule(given: Partial<IntendedRule> = {}): IntendedRule {
  return {
    id: 'settings:1',
    service: null,
    facet: 'env',
    key: '*',
    must: null,
    reason: 'meant',
    impact: null,
    owner: null,
    expires: null,
    pair: null,
    ...given,
  };
}

export function aSide(given: Partial<Side> = {}): Side {
  return {
    value: '1',
    secret: false,
    since: new Date('2026-11-20T12:00:00Z'),
    after: new Date('2026-11-20T11:00:00Z'),
    collector: 'dotenv',
    ...given,
  };
}

export function aCause(given: Partial<Cause> = {}): Cause {
  return {
    changeId: '7',
    kind: 'config',
    title: 'A changed',
    at: new Date('2026-11-20T11:30:00Z'),
    url: null,
    confidence: 'certain',
    why: 'A change set it.',
    ...given,
  };
}
