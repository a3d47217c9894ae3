import { freezeOf, isLate } from '../release-rules.ts';
import { overrideWords } from './freeze.ts';
import { changeRule } from './rule.ts';

export const releaseWindow = changeRule({
  name: 'window',
  title: 'Outside the release window',
  why: 'What breaks on Friday evening breaks while those who could mend it are away.',
  needs: 'history',
  gate: 'forbids',
  finds: ['window'],
  tuning: {},
  evaluate: ({ release, ...change }) => {
    if (release === null || !isLate(release.isExpected, change)) return null;
    // The freeze says more.
    if (freezeOf(release.freezes, change) !== null) return null;
    return { name: 'window', text: `outside the release window${overrideWords(release.override)}` };
  },
});
