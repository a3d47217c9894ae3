import { expect, it } from 'vitest';
import { suggestName } from './suggest-name.ts';

const known = new Map([
  ['checkout', 'checkout'],
  ['checkout-api', 'checkout'],
  ['checkout-worker', 'checkout-worker'],
  ['prod', 'production'],
  ['production', 'production'],
  ['ledger', 'ledger'],
  ['web-shop', 'web-shop'],
  ['search-api', 'search-api'],
  ['search-worker', 'search-worker'],
]);

it.each([
  ['checkout-api-v2', 'checkout'],
  ['Checkout_Worker_EU', 'checkout-worker'],
  ['acme-ledger', 'ledger'],
  ['prod-eu', 'production'],
  ['eu.prod', 'production'],
  ['chekout', 'checkout'],
  ['leger', 'ledger'],
  ['web', 'web-shop'],
  ['search', null],
  ['non-prod', null],
  ['mailer', null],
  ['prod', null],
  ['', null],
])('%j may be %j', (name, expected) => {
  expect(suggestName(name, known)).toBe(expected);
});
