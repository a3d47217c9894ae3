import { changeRule } from './rule.ts';

export const skippedStaging = changeRule({
  name: 'skipped-staging',
  title: 'Skipped staging',
  why: 'What never ran in an environment like production is tried on the people who use it.',
  needs: 'history',
  gate: 'forbids',
  finds: ['skipped-staging'],
  tuning: {},
  evaluate: ({ environment, release }) => {
    const skipped = release?.skipped ?? null;
    if (skipped === null) return null;
    const mirror = skipped.mirrors.length === 1 ? skipped.mirrors.join('') : 'its mirrors';
    const text = skipped.later ? `was in ${environment} before ${mirror}` : `skipped ${mirror}`;
    return { name: 'skipped-staging', text };
  },
});
