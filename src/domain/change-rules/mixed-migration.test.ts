import { describe } from 'vitest';
import { carriedWith, dropped } from '../../../test/narrowings.ts';
import { ruleTable } from '../../../test/rule-facts.ts';
import { mixedMigration } from './mixed-migration.ts';

const merged = { kind: 'merge', files: ['db/migrate/1.rb', 'app/order.rb'] } as const;
const used = dropped('total', ['src/order.ts', 'src/bill.ts']);

describe('the rule on migrations mixed with code', () => {
  ruleTable(mixedMigration, [
    [
      'a deploy that drops what its code uses',
      { carried: carriedWith([used]) },
      {},
      'its migration drops orders.total, which src/order.ts still uses',
    ],
    [
      'one that does so twice',
      { carried: carriedWith([used, dropped('note', ['src/a.ts'])]) },
      {},
      'its migration drops orders.total, which src/order.ts still uses, and 1 more like it',
    ],
    [
      'the same where only that is told',
      { carried: carriedWith([used]) },
      { only_contract: true },
      'its migration drops orders.total, which src/order.ts still uses',
    ],
    ['a deploy that drops what nothing uses', { carried: carriedWith([dropped('total')]) }, {}, null],
    ['a rollback', { carried: { ...carriedWith([used]), direction: 'backward' } }, {}, null],
    ['a merge of schema and code', merged, {}, 'changes the schema together with code'],
    ['the same where only contracts are told', merged, { only_contract: true }, null],
    ['a merge of the schema alone', { ...merged, files: ['db/migrate/1.rb', 'test/a.rb', 'README.md'] }, {}, null],
  ]);
});
