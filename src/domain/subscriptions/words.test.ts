import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SubscriptionFilter } from './subscription.ts';
import { readWish } from './words.ts';

const vocabulary = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: new Map([
    ['checkout', 'checkout'],
    ['shop', 'checkout'],
    ['payment gateway', 'payment gateway'],
  ]),
};
const context = { vocabulary, defaultEnvironment: 'production' };
const production: SubscriptionFilter = { environments: ['production'], services: [], kinds: [], statuses: [] };

it.each<[string, Partial<SubscriptionFilter>, string[]]>([
  ['', { kinds: ['deploy'] }, []],
  ['production deploys of checkout failed', { services: ['checkout'], kinds: ['deploy'], statuses: ['failed'] }, []],
  [
    'post production deploys of checkout here when they fail',
    { services: ['checkout'], kinds: ['deploy'], statuses: ['failed'] },
    [],
  ],
  [
    'Deploys of Shop, payment gateway in Staging',
    { environments: ['staging'], services: ['checkout', 'payment gateway'], kinds: ['deploy'] },
    [],
  ],
  ['service:checkout env:staging', { environments: ['staging'], services: ['checkout'] }, []],
  ['feature flags and rollbacks', { kinds: ['rollback', 'flag'] }, []],
  ['merges of checkout', { environments: [], services: ['checkout'], kinds: ['merge'] }, []],
  ['drift in staging', { environments: ['staging'], kinds: ['drift'] }, []],
  ['finished deploys', { kinds: ['deploy'], statuses: ['succeeded', 'failed', 'cancelled'] }, []],
  ['deploys of chekout', { kinds: ['deploy'] }, ['chekout']],
  ['failed but not checkout', { services: ['checkout'], statuses: ['failed'] }, ['but', 'not']],
  ['<!channel> *&lt;x&gt;*', { kinds: ['deploy'] }, ['<x>']],
])('%s', (text, filter, unknown) => {
  expect(readWish(text, context)).toEqual({ filter: { ...production, ...filter }, unknown });
});

it('takes whatever is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const { filter, unknown } = readWish(text, context);

      expect(filter.environments.length).toBeLessThanOrEqual(20);
      expect(unknown.length).toBeLessThanOrEqual(5);
    }),
  );
});
