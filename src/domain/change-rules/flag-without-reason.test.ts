import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import { flagWithoutReason } from './flag-without-reason.ts';

const flag = { kind: 'flag', sources: ['launchdarkly'] } as const;
const words = 'flipped without a reason';

describe('the rule on flags', () => {
  ruleTable(flagWithoutReason, [
    ['a flag with no reason', flag, {}, words],
    ['a flag with a reason', { ...flag, reason: 'roll out to half' }, {}, null],
    ['a flag with a dot for a reason', { ...flag, reason: ' .. !' }, {}, words],
    ['a flag with a reason of another script', { ...flag, reason: '負荷対策' }, {}, null],
    ['a flag with a reason that is too short here', { ...flag, reason: 'test' }, { shortest: 10 }, words],
    ['a system in which nobody can say why', { kind: 'flag', sources: ['unleash'] }, {}, null],
    ['two systems, in one of which somebody can', { kind: 'flag', sources: ['generic', 'unleash'] }, {}, words],
    ['what is only planned', { ...flag, traits: new Set(['planned']) }, {}, null],
    ['whoever may', flag, { except_authors: ['grace'] }, null],
    ['a deploy', {}, {}, null],
  ]);
});
