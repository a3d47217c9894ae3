import { expect, it } from 'vitest';
import { closest } from './closest.ts';

const known = ['production', 'prod', 'staging', 'checkout', 'ledger', 'yesterday'];

it.each([
  ['pord', 'prod'],
  ['prd', 'prod'],
  ['stagin', 'staging'],
  ['chekout', 'checkout'],
  ['chcekuot', 'checkout'],
  ['yesteday', 'yesterday'],
  ['ledgre', 'ledger'],
  ['prod', null],
  ['arvo', null],
  ['zebra', null],
  ['p', null],
  ['x'.repeat(4000), null],
])('%s may have been %s', (word, meant) => {
  expect(closest(word, word === 'prod' ? ['prod'] : known)).toBe(meant);
});
