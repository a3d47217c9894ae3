import { exceptAuthors, isAmong } from './people.ts';
import { changeRule } from './rule.ts';

export const directPush = changeRule({
  name: 'direct-push',
  title: 'Direct push',
  why: 'What comes to a branch without a pull request was read by nobody else, and its checks ran after the fact.',
  finds: ['direct-push'],
  tuning: { except_authors: exceptAuthors },
  evaluate: ({ traits, pullRequest, actor }, { except_authors: except }) =>
    pullRequest === null && traits.has('push') && !isAmong(actor, except)
      ? { name: 'direct-push', text: 'pushed straight to the branch, no pull request' }
      : null,
});
