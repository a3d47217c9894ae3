import { describe, expect, it } from 'vitest';
import { aFact } from '../../test/rule-facts.ts';
import { usualRules } from './change-rules/registry.ts';
import type { PullRequest, Review } from './event.ts';
import { type RiskFacts, risksOf } from './risk.ts';

const ada = { login: 'ada' };
const grace = { login: 'grace' };
const byAda: PullRequest = { repository: 'acme/checkout', number: 12, author: ada, mergedBy: grace };

function review(by: { login: string }, verdict: Review['verdict'], minute = 0): Review {
  return { by, verdict, at: `2026-11-20T14:0${minute}:00.000Z` };
}

const nothing: RiskFacts = {
  ...aFact(),
  rollback: false,
  failedOnce: false,
  hearsay: false,
  notVerified: null,
  outcomes: [],
};

describe('risks', () => {
  it.each<[string, Partial<RiskFacts>, readonly string[]]>([
    ['a deploy that only a message told of', { hearsay: true }, ['hearsay']],
    ['a deploy that is not what runs', { notVerified: 'not verified: 1.41.3 answers' }, ['not-verified']],
    ['a push without a pull request', { traits: new Set(['push'] as const) }, ['direct-push']],
    [
      'a push of a pull request known by its subject only',
      { traits: new Set(['push'] as const), pullRequest: { repository: 'acme/checkout', number: 12 } },
      [],
    ],
    [
      'a deploy that one system saw pass and another fail',
      {
        status: 'failed',
        outcomes: [
          { source: 'github', phase: 'succeeded' },
          { source: 'argocd', phase: 'failed' },
        ],
      },
      ['failed', 'disagreement'],
    ],
    [
      'a deploy that one system saw pass and another only begin',
      {
        status: 'succeeded',
        outcomes: [
          { source: 'github', phase: 'succeeded' },
          { source: 'argocd', phase: 'started' },
        ],
      },
      [],
    ],
    ['a forced push', { traits: new Set(['push', 'forced'] as const) }, ['forced-push', 'direct-push']],
    ['a merge nobody approved', { pullRequest: byAda }, ['unreviewed']],
    ['a merge by its author nobody approved', { pullRequest: { ...byAda, mergedBy: ada } }, ['self-merged']],
    [
      'a merge by its author that another approved',
      { pullRequest: { ...byAda, mergedBy: ada }, reviews: [review(grace, 'approved')] },
      [],
    ],
    ['an approval by the author', { pullRequest: byAda, reviews: [review(ada, 'approved')] }, ['unreviewed']],
    [
      'an approval that was dismissed',
      { pullRequest: byAda, reviews: [review(grace, 'dismissed', 2), review(grace, 'approved', 1)] },
      ['unreviewed'],
    ],
    [
      'an approval followed by a comment',
      { pullRequest: byAda, reviews: [review(grace, 'approved', 1), review(grace, 'commented', 2)] },
      [],
    ],
    ['a failed deploy', { status: 'failed' }, ['failed']],
    ['a deploy that failed and then passed', { status: 'succeeded', failedOnce: true }, ['failed-first']],
    ['a deploy that failed for good', { status: 'failed', failedOnce: true }, ['failed']],
    ['a rollback', { rollback: true, status: 'succeeded' }, ['rollback']],
    ['a deploy', { status: 'succeeded' }, []],
  ])('of %s', (_, facts, expected) => {
    expect(risksOf({ ...nothing, ...facts }, usualRules).map((risk) => risk.name)).toEqual(expected);
  });

  it('of a rule that is off are not told, and those of how it went still are', () => {
    const off = { ...usualRules, unreviewed: { ...usualRules.unreviewed, on: false } };

    expect(risksOf({ ...nothing, status: 'failed', pullRequest: byAda }, off).map(({ name }) => name)).toEqual([
      'failed',
    ]);
  });
});
