import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import type { PullRequest, Review } from '../event.ts';
import { unreviewed } from './unreviewed.ts';

const [ada, grace, linus] = [{ login: 'ada' }, { login: 'grace' }, { login: 'linus' }];
const byAda: PullRequest = { repository: 'acme/checkout', number: 12, author: ada, mergedBy: grace };
const review = (by: { login: string }, verdict: Review['verdict'], minute = 0): Review => ({
  by,
  verdict,
  at: `2026-11-20T14:0${minute}:00.000Z`,
});

describe('the rule on independent review', () => {
  ruleTable(unreviewed, [
    ['a merge nobody approved', { pullRequest: byAda }, {}, 'no approval seen'],
    [
      'a merge by its author nobody approved',
      { pullRequest: { ...byAda, mergedBy: ada } },
      {},
      'merged by its author, no approval seen',
    ],
    ['an approval by the author', { pullRequest: byAda, reviews: [review(ada, 'approved')] }, {}, 'no approval seen'],
    ['an approval by another', { pullRequest: byAda, reviews: [review(grace, 'approved')] }, {}, null],
    [
      'an approval that was dismissed',
      { pullRequest: byAda, reviews: [review(grace, 'dismissed', 2), review(grace, 'approved', 1)] },
      {},
      'no approval seen',
    ],
    [
      'one approval where two are wanted',
      { pullRequest: byAda, reviews: [review(grace, 'approved')] },
      { approvals: 2 },
      '1 of 2 approvals seen',
    ],
    [
      'two where two are wanted',
      { pullRequest: byAda, reviews: [review(grace, 'approved'), review(linus, 'approved')] },
      { approvals: 2 },
      null,
    ],
    ['an author that the settings except', { pullRequest: byAda }, { except_authors: ['ADA'] }, null],
    ['an author whom nobody names', { pullRequest: { repository: 'a/b', number: 1 } }, {}, null],
  ]);
});
