import { describe } from 'vitest';
import { ruleTable } from '../../../test/rule-facts.ts';
import { destructivePlan } from './destructive-plan.ts';

const run = (title: string, details = {}) => ({ kind: 'infrastructure', title, details }) as const;

describe('the rule on destructive plans', () => {
  ruleTable(destructivePlan, [
    ['a run that destroys', run('terraform apply net: 2 created, 3 destroyed'), {}, 'destroys or replaces 3 resources'],
    [
      'a run that replaces and destroys',
      run('pulumi up: 1 deleted, 2 replaced'),
      {},
      'destroys or replaces 3 resources',
    ],
    [
      'one resource by its address',
      run('terraform plan: aws_instance.web to replace'),
      {},
      'destroys or replaces 1 resource',
    ],
    [
      'a plan that lists them',
      run('x', { delete: ['a.b'], replace: ['a.b', 'c.d'] }),
      {},
      'destroys or replaces 2 resources',
    ],
    ['a whole sandbox', run('terraform destroy sandbox'), {}, 'destroys or replaces what is there'],
    ['a run that adds', run('terraform apply net: 2 created, 0 destroyed'), {}, null],
    ['as many as are allowed', run('terraform apply net: 3 destroyed'), { allow: 3 }, null],
    [
      'one more than is allowed',
      run('terraform apply net: 4 destroyed'),
      { allow: 3 },
      'destroys or replaces 4 resources',
    ],
    ['nobody knows how many', run('terraform destroy sandbox'), { allow: 3 }, 'destroys or replaces what is there'],
    ['a deploy', { title: '3 destroyed' }, {}, null],
  ]);
});
