import type { Status } from './change.ts';
import type { Actor, Phase, PullRequest, Review, Trait } from './event.ts';
import { sourceTitle } from './source-title.ts';

/** Something about a change that makes it likelier to hurt, with the sentence that a person reads. */
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
    | 'reverts-fix';
  readonly text: string;
}

export interface RiskFacts {
  readonly status: Status | null;
  readonly traits: ReadonlySet<Trait>;
  readonly pullRequest: PullRequest | null;
  readonly reviews: readonly Review[];
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
export function risksOf(facts: RiskFacts): readonly Risk[] {
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
  if (facts.traits.has('forced')) risks.push({ name: 'forced-push', text: 'history was rewritten by a forced push' });
  if (facts.pullRequest === null) {
    if (facts.traits.has('push'))
      risks.push({ name: 'direct-push', text: 'pushed straight to the branch, no pull request' });
    return risks;
  }
  return [...risks, ...reviewRisks(facts.pullRequest, facts.reviews)];
}

/** `Argo CD says failed, GitHub says succeeded` */
function saysWho(outcomes: RiskFacts['outcomes']): string {
  return outcomes
    .map(({ source, phase }) => `${sourceTitle(source)} says ${phase}`)
    .toSorted()
    .join(', ');
}

function reviewRisks(pullRequest: PullRequest, reviews: readonly Review[]): readonly Risk[] {
  const { author, mergedBy } = pullRequest;
  // A push that only names its pull request says nothing about who reviewed it.
  if (author === undefined) return [];
  const approved = verdicts(reviews).some(([by, verdict]) => verdict === 'approved' && by !== personKey(author));
  if (approved) return [];
  if (mergedBy !== undefined && personKey(mergedBy) === personKey(author)) {
    return [{ name: 'self-merged', text: 'merged by its author, no approval seen' }];
  }
  return [{ name: 'unreviewed', text: 'no approval seen' }];
}

/** Each reviewer's last word that counts: a comment does not take an approval back, a dismissal does. */
function verdicts(reviews: readonly Review[]): readonly (readonly [string, Review['verdict']])[] {
  const last = new Map<string, Review['verdict']>();
  for (const review of reviews.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (review.verdict !== 'commented') last.set(personKey(review.by), review.verdict);
  }
  return [...last];
}

function personKey(actor: Actor): string {
  return (actor.login ?? actor.email ?? actor.name ?? '').toLowerCase();
}
