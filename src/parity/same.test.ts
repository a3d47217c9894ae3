import { expect, it } from 'vitest';
import type { Fact } from '../domain/facts/fact.ts';
import { sameOf } from './same.ts';

const fact = (value: Fact['value']): Fact => ({ service: 'shop', facet: 'env', key: 'TOKEN', value });

it('is 16 bytes, equal for values that mean the same and for equal digests only', () => {
  expect(sameOf(fact('3'))).toEqual(sameOf(fact(3)));
  expect(sameOf(fact('3'))).not.toEqual(sameOf(fact('4')));
  expect(sameOf(fact({ digest: 'a' }))).toEqual(sameOf(fact({ digest: 'a' })));
  expect(sameOf(fact({ digest: 'a' }))).not.toEqual(sameOf(fact({ digest: 'b' })));
  expect(sameOf(fact({ digest: 'a' }))).not.toEqual(sameOf(fact('a')));
  expect(sameOf(fact(null))).toHaveLength(16);
});
