import { describe } from 'vitest';
import { aRelease, ruleTable } from '../../../test/rule-facts.ts';
import { skippedStaging } from './skipped-staging.ts';

const skipped = (mirrors: readonly string[], later = false) => ({ release: aRelease({ skipped: { mirrors, later } }) });

describe('the rule on skipped staging', () => {
  ruleTable(skippedStaging, [
    ['a version that staging never had', skipped(['staging']), {}, 'skipped staging'],
    ['a version that staging got later', skipped(['staging'], true), {}, 'was in production before staging'],
    ['one that none of several had', skipped(['staging', 'qa']), {}, 'skipped its mirrors'],
    ['a version of which nothing says so', { release: aRelease() }, {}, null],
    ['a version of which nothing was looked up', {}, {}, null],
  ]);
});
