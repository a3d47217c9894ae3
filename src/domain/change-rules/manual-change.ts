import { exceptAuthors, isAmong } from './people.ts';
import { changeRule } from './rule.ts';

export const manualChange = changeRule({
  name: 'manual-change',
  title: 'Manual change',
  why: 'What is changed by hand stands in no repository: the next deploy takes it back, or the next environment lacks it.',
  finds: ['manual-change'],
  tuning: { except_authors: exceptAuthors },
  evaluate: ({ traits, details, actor }, { except_authors: except }) =>
    (traits.has('by-hand') || details['manual'] === true) && !isAmong(actor, except)
      ? { name: 'manual-change', text: 'made by hand, past the pipeline' }
      : null,
});
