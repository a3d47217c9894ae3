import { expect, it } from 'vitest';
import type { ChangeFacts, ChangeRule, ReleaseFacts } from '../src/domain/change-rules/rule.ts';

/** A deploy of checkout to production at four on a Friday, of which nothing is wrong. */
export function aFact(more: Partial<ChangeFacts> = {}): ChangeFacts {
  return {
    kind: 'deploy',
    title: 'deploy checkout 1.42.0 to production',
    environment: 'production',
    services: ['checkout'],
    status: null,
    occurredAt: new Date('2026-11-27T16:00:00Z'),
    finishedAt: null,
    actor: { login: 'grace' },
    reason: null,
    pullRequest: null,
    reviews: [],
    files: [],
    carried: null,
    details: {},
    sources: ['github'],
    traits: new Set(),
    release: null,
    ...more,
  };
}

export function aRelease(more: Partial<ReleaseFacts> = {}): ReleaseFacts {
  return { freezes: [], isExpected: () => true, skipped: null, override: null, ...more };
}

/** One line for each case: what is seen, how the rule is tuned, and what it says. */
export type RuleCase = readonly [
  what: string,
  facts: Partial<ChangeFacts>,
  tuning: Readonly<Record<string, unknown>>,
  says: string | null,
];

export function ruleTable(rule: ChangeRule, cases: readonly RuleCase[]): void {
  it.each(cases.map((each) => [...each] as const))('of %s', (_, facts, tuning, says) => {
    expect(rule.evaluate(aFact(facts), tuning)?.text ?? null).toBe(says);
  });
}
