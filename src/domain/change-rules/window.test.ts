import { describe } from 'vitest';
import { aRelease, ruleTable } from '../../../test/rule-facts.ts';
import { releaseWindow } from './window.ts';

const release = aRelease({ isExpected: () => false });
const all = { name: 'all', from: new Date(0), to: new Date('2100-01-01T00:00:00Z'), environments: [] };

describe('the rule on the release window', () => {
  ruleTable(releaseWindow, [
    ['a deploy outside it', { release }, {}, 'outside the release window'],
    [
      'a deploy with a reason',
      { release: { ...release, override: { reason: 'hotfix', by: 'ada' } } },
      {},
      'outside the release window: hotfix (ada)',
    ],
    ['a deploy in it', { release: aRelease() }, {}, null],
    ['a flag', { release, kind: 'flag' }, {}, null],
    ['a rollback', { release, kind: 'rollback' }, {}, null],
    ['a deploy in a freeze, which says more', { release: { ...release, freezes: [all] } }, {}, null],
    ['a time of which nothing was looked up', {}, {}, null],
  ]);
});
