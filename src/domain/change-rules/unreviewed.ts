import { z } from 'zod';
import { approvals, exceptAuthors, isAmong, personKey } from './people.ts';
import { changeRule } from './rule.ts';

export const unreviewed = changeRule({
  name: 'unreviewed',
  title: 'No independent review',
  why: 'A second pair of eyes finds what the author cannot see, and auditors ask for it.',
  finds: ['unreviewed', 'self-merged'],
  tuning: {
    /** Of others than the author. */
    approvals: z.number().int().min(1, 'is less than 1').max(10, 'is more than 10').default(1),
    except_authors: exceptAuthors,
  },
  evaluate: ({ pullRequest, reviews }, { approvals: wanted, except_authors: except }) => {
    const author = pullRequest?.author;
    // A push that only names its pull request says nothing about who reviewed it.
    if (pullRequest === null || author === undefined || isAmong(author, except)) return null;
    const given = approvals(reviews, author).length;
    if (given >= wanted) return null;
    if (given > 0) return { name: 'unreviewed', text: `${given} of ${wanted} approvals seen` };
    const { mergedBy } = pullRequest;
    return mergedBy !== undefined && personKey(mergedBy) === personKey(author)
      ? { name: 'self-merged', text: 'merged by its author, no approval seen' }
      : { name: 'unreviewed', text: 'no approval seen' };
  },
});
