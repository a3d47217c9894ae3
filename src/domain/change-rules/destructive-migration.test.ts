import { describe } from 'vitest';
import { carriedWith, dropped } from '../../../test/narrowings.ts';
import { ruleTable } from '../../../test/rule-facts.ts';
import { destructiveMigration } from './destructive-migration.ts';

describe('the rule on destructive migrations', () => {
  ruleTable(destructiveMigration, [
    [
      'a deploy that drops a column',
      { carried: carriedWith([dropped('total')]) },
      {},
      'its migration drops orders.total',
    ],
    [
      'a deploy that drops three',
      { carried: carriedWith([dropped('a'), dropped('b'), dropped('c')]) },
      {},
      'its migration drops orders.a and 2 more',
    ],
    [
      'what its code still uses, which is told as that',
      { carried: carriedWith([dropped('total', ['src/a.ts'])]) },
      {},
      null,
    ],
    [
      'a rollback, which runs no migration',
      { carried: { ...carriedWith([dropped('total')]), direction: 'backward' } },
      {},
      null,
    ],
    ['a deploy that only adds', { carried: carriedWith([]) }, {}, null],
    ['a deploy at which nobody could look', { carried: carriedWith() }, {}, null],
    [
      'a migration that says so',
      { kind: 'migration', title: 'Drop table invoices_old' },
      {},
      'destroys or replaces what is there',
    ],
    ['a migration that says nothing', { kind: 'migration', title: 'Add an index' }, {}, null],
  ]);
});
