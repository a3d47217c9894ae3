import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import { directPush } from './direct-push.ts';

const push = { kind: 'merge', traits: new Set(['push'] as const) } as const;
const pullRequest = { repository: 'acme/checkout', number: 12 };

describe('the rule on direct pushes', () => {
  ruleTable(directPush, [
    ['a push with no pull request', push, {}, 'pushed straight to the branch, no pull request'],
    ['the push of a pull request', { ...push, pullRequest }, {}, null],
    ['a deploy', {}, {}, null],
    ['a push by whom the settings except', push, { except_authors: ['release-bot', 'grace'] }, null],
  ]);
});
