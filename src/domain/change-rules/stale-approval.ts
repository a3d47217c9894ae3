import { approvals, exceptAuthors, isAmong } from './people.ts';
import { changeRule } from './rule.ts';

export const staleApproval = changeRule({
  name: 'stale-approval',
  title: 'Approval older than the last push',
  why: 'What was merged is not what was approved: anything may have been pushed in between.',
  finds: ['stale-approval'],
  tuning: { except_authors: exceptAuthors },
  evaluate: ({ pullRequest, reviews }, { except_authors: except }) => {
    const head = pullRequest?.head;
    if (pullRequest === null || head === undefined || isAmong(pullRequest.author, except)) return null;
    const given = approvals(reviews, pullRequest.author);
    // An approval of which nobody says what was approved may be of the last push.
    if (given.length === 0 || given.some(({ commit }) => commit === undefined || commit === head)) return null;
    return { name: 'stale-approval', text: 'approved before its last push' };
  },
});
