import { expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import { isDestructive } from './destructive.ts';

it.each<[string, boolean]>([
  ['terraform apply network: 2 created, 1 changed, 1 destroyed', true],
  ['terraform plan: aws_instance.web to replace', true],
  ['terraform apply: aws_db_instance.main["eu"] destroyed', true],
  ['pulumi up shop/prod: 3 changed, 2 replaced', true],
  ['Atlantis apply core: 10 to destroy', true],
  ['spacelift destroy Network: 2 added, 1 destroyed', true],
  ['terraform destroy sandbox', true],
  ['Drop table invoices_old', true],
  ['terraform apply network: 2 created, 1 changed', false],
  ['terraform apply network: 0 destroyed, 1 changed', false],
  ['Add a column to dropped_orders', false],
  ['Replace the load balancer module', false],
])('%s: %s', (title, expected) => {
  expect(isDestructive(aChange({ kind: 'infrastructure', title }))).toBe(expected);
});

it('is seen from the resources that a plan lists', () => {
  expect(isDestructive(aChange({ kind: 'infrastructure', title: 'x', details: { delete: ['aws_s3_bucket.a'] } }))).toBe(
    true,
  );
  expect(isDestructive(aChange({ kind: 'infrastructure', title: 'x', details: { delete: [], create: ['a'] } }))).toBe(
    false,
  );
});

it('is said of what changes infrastructure or data only', () => {
  expect(isDestructive(aChange({ kind: 'deploy', title: '3 destroyed' }))).toBe(false);
});
