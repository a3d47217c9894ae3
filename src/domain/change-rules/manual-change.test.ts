import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import { manualChange } from './manual-change.ts';

const byHand = { kind: 'config', traits: new Set(['by-hand'] as const) } as const;
const words = 'made by hand, past the pipeline';

describe('the rule on manual changes', () => {
  ruleTable(manualChange, [
    ['what a person did in a console', byHand, {}, words],
    ['what a report says was done by hand', { kind: 'config', details: { manual: true } }, {}, words],
    ['what only says the word', { kind: 'config', details: { manual: 'true' } }, {}, null],
    ['what a pipeline did', { kind: 'config' }, {}, null],
    ['what somebody did who may', byHand, { except_authors: ['grace'] }, null],
  ]);
});
