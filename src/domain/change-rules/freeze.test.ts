import { describe } from 'vitest';
import { aRelease, ruleTable } from '../../../test/rule-facts.ts';
import { freeze } from './freeze.ts';

const moment = (hour: number) => new Date(`2026-11-27T${String(hour).padStart(2, '0')}:00:00Z`);
const friday = { name: 'black-friday', from: moment(15), to: moment(18), environments: ['production'] };
const release = aRelease({ freezes: [friday] });
const words = 'during the freeze black-friday';

describe('the rule on freezes', () => {
  ruleTable(freeze, [
    ['a deploy in it', { release }, {}, words],
    [
      'a deploy with a reason',
      { release: { ...release, override: { reason: 'hotfix for INC-42', by: 'grace' } } },
      {},
      `${words}: hotfix for INC-42 (grace)`,
    ],
    ['a deploy before it', { release, occurredAt: moment(14) }, {}, null],
    [
      'a deploy that came through in it',
      { release, occurredAt: moment(14), finishedAt: moment(15), status: 'succeeded' },
      {},
      words,
    ],
    ['one that failed in it', { release, occurredAt: moment(14), finishedAt: moment(15), status: 'failed' }, {}, null],
    ['a deploy as it ends', { release, occurredAt: moment(18) }, {}, null],
    ['a deploy elsewhere', { release, environment: 'staging' }, {}, null],
    ['a rollback', { release, kind: 'rollback' }, {}, null],
    ['a flag', { release, kind: 'flag' }, {}, words],
    ['a merge', { release, kind: 'merge' }, {}, null],
    [
      'the freeze of an incident',
      { release: aRelease({ freezes: [{ ...friday, name: 'INC-42', incident: true }] }) },
      {},
      'during the freeze of INC-42',
    ],
    ['a time of which nothing was looked up', {}, {}, null],
  ]);
});
