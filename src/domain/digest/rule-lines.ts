import type { IntendedRule, ParityReport } from '../comparison/difference.ts';
import { facetWord } from '../parity/words.ts';
import { type Facet, facets } from '../facts/fact.ts';
import { day } from './age.ts';
import type { RuleLine } from './digest.ts';
import { type DigestScope, isInScope } from './facts.ts';

/** What ends within this is told, so that somebody decides before it does. */
const soon = 14;

export interface EndingRule {
  readonly rule: IntendedRule;
  /** Whole days left; 0: today is the last. */
  readonly days: number;
}

/** Those that hold now and end soon, the soonest first. */
export function endingRules({ rules }: ParityReport, scope: DigestScope, at: Date): readonly EndingRule[] {
  return rules
    .filter(({ rule, expired, matched }) => !expired && matched > 0 && isInScope(scope, rule.service))
    .flatMap(({ rule }) => {
      const days = daysLeft(rule, at);
      return days !== null && days >= 0 && days <= soon ? [{ rule, days }] : [];
    })
    .toSorted((a, b) => a.days - b.days);
}

/** Those that do nothing: what they were for is gone, or they are misspelt. */
export function idleRules({ rules }: ParityReport, scope: DigestScope): readonly IntendedRule[] {
  return rules
    .filter(({ rule, matched, expired }) => matched === 0 && !expired && isInScope(scope, rule.service))
    .map(({ rule }) => rule);
}

export function ruleLine(rule: IntendedRule, at: Date): RuleLine {
  const { reason, owner, expires } = rule;
  return { what: ruleWhat(rule), reason, owner, expires, days: daysLeft(rule, at) };
}

/** `DATABASE_URL (environment variable) in checkout`. */
export function ruleWhat({ facet, key, service }: IntendedRule): string {
  const known = facets.find((each): each is Facet => each === facet);
  const sort = known === undefined ? '' : ` (${facetWord(known)})`;
  return `${key}${sort}${service === null ? '' : ` in ${service}`}`;
}

function daysLeft({ expires }: IntendedRule, at: Date): number | null {
  if (expires === null) return null;
  const today = Date.parse(at.toISOString().slice(0, 10));
  return Math.round((Date.parse(expires) - today) / day);
}
