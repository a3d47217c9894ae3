import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import { forcedPush } from './forced-push.ts';

const forced = { kind: 'merge', traits: new Set(['push', 'forced'] as const) } as const;

describe('the rule on forced pushes', () => {
  ruleTable(forcedPush, [
    ['a forced push', forced, {}, 'history was rewritten by a forced push'],
    ['a plain push', { kind: 'merge', traits: new Set(['push']) }, {}, null],
    ['a forced push of a bot that may', forced, { except_authors: ['Grace'] }, null],
  ]);
});
