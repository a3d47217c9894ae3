import { exceptAuthors, isAmong } from './people.ts';
import { changeRule } from './rule.ts';

export const forcedPush = changeRule({
  name: 'forced-push',
  title: 'Forced push',
  why: 'What a branch had, and what was reviewed on it, may be gone without a trace.',
  finds: ['forced-push'],
  tuning: { except_authors: exceptAuthors },
  evaluate: ({ traits, actor }, { except_authors: except }) =>
    traits.has('forced') && !isAmong(actor, except)
      ? { name: 'forced-push', text: 'history was rewritten by a forced push' }
      : null,
});
