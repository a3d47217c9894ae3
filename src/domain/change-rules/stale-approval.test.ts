import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import type { Review } from '../event.ts';
import { staleApproval } from './stale-approval.ts';

const [first, last] = ['a'.repeat(40), 'b'.repeat(40)];
const pullRequest = { repository: 'acme/checkout', number: 12, author: { login: 'ada' }, head: last };
const approved = (commit?: string, by = 'grace'): Review => ({
  by: { login: by },
  verdict: 'approved',
  at: '2026-11-20T14:00:00.000Z',
  ...(commit === undefined ? {} : { commit }),
});
const stale = 'approved before its last push';

describe('the rule on approvals older than the last push', () => {
  ruleTable(staleApproval, [
    ['an approval of an earlier push', { pullRequest, reviews: [approved(first)] }, {}, stale],
    ['an approval of the last push', { pullRequest, reviews: [approved(last)] }, {}, null],
    [
      'two approvals, one of the last push',
      { pullRequest, reviews: [approved(first), approved(last, 'linus')] },
      {},
      null,
    ],
    [
      'the same reviewer once more',
      { pullRequest, reviews: [approved(first), { ...approved(last), at: '2026-11-20T15:00:00.000Z' }] },
      {},
      null,
    ],
    [
      'the author approving the last push',
      { pullRequest, reviews: [approved(first), approved(last, 'ada')] },
      {},
      stale,
    ],
    ['an approval of which nobody says of what', { pullRequest, reviews: [approved()] }, {}, null],
    ['no approval at all', { pullRequest }, {}, null],
    [
      'a merge of which nobody says what was pushed last',
      { pullRequest: { ...pullRequest, head: undefined as never }, reviews: [approved(first)] },
      {},
      null,
    ],
    [
      'an author that the settings except',
      { pullRequest, reviews: [approved(first)] },
      { except_authors: ['ada'] },
      null,
    ],
  ]);
});
