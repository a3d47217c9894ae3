import type { ChangeFacts } from './change-rules/rule.ts';
import { type RuleSettings, eventFindings } from './change-rules/registry.ts';
import type { Phase } from './event.ts';
import { sourceTitle } from './source-title.ts';

/**
 * Something about a change that makes it likelier to hurt, with the sentence that a person reads: found by how it went, by
 * the guard, or by a rule (src/domain/change-rules).
 */
export interface Risk {
  readonly name:
    | 'disagreement'
    | 'direct-push'
    | 'forced-push'
    | 'unreviewed'
    | 'self-merged'
    | 'rollback'
    | 'failed'
    | 'failed-first'
    | 'hearsay'
    | 'planned'
    | 'not-verified'
    | 'skipped-staging'
    | 'reverts-fix'
    | 'destructive-migration'
    | 'destructive-plan'
    | 'flag-without-reason'
    | 'freeze'
    | 'manual-change'
    | 'mixed-migration'
    | 'stale-approval'
    | 'window';
  readonly text: string;
}

export interface RiskFacts extends ChangeFacts {
  readonly rollback: boolean;
  /** It was reported as failed at some time, whatever came of it. */
  readonly failedOnce: boolean;
  /** No system that would know has told it. */
  readonly hearsay: boolean;
  /** What a look at the real thing found wrong. */
  readonly notVerified: string | null;
  /** The last word of each system about how it went. */
  readonly outcomes: readonly { readonly source: string; readonly phase: Phase }[];
}

/** In the order in which they should be read. */
export function risksOf(facts: RiskFacts, rules: RuleSettings): readonly Risk[] {
  const risks: Risk[] = [];
  if (facts.status === 'failed') risks.push({ name: 'failed', text: 'failed' });
  const ends = facts.outcomes.filter(({ phase }) => phase !== 'started');
  if (new Set(ends.map(({ phase }) => phase)).size > 1) risks.push({ name: 'disagreement', text: saysWho(ends) });
  if (facts.failedOnce && facts.status === 'succeeded')
    risks.push({ name: 'failed-first', text: 'failed first, then passed' });
  if (facts.traits.has('planned') && facts.status === null)
    risks.push({ name: 'planned', text: 'planned, not known to be applied' });
  if (facts.notVerified !== null) risks.push({ name: 'not-verified', text: facts.notVerified });
  if (facts.hearsay) risks.push({ name: 'hearsay', text: 'told by a Slack message only' });
  if (facts.rollback) risks.push({ name: 'rollback', text: 'went back to a version that ran before' });
  return [...risks, ...eventFindings(facts, rules)];
}

/** `Argo CD says failed, GitHub says succeeded` */
function saysWho(outcomes: RiskFacts['outcomes']): string {
  return outcomes
    .map(({ source, phase }) => `${sourceTitle(source)} says ${phase}`)
    .toSorted()
    .join(', ');
}
