import { describe, expect, it } from 'vitest';
import { repositoryOfUrl } from './git-url.ts';

describe('the repository in an address', () => {
  it.each([
    ['https://github.com/Acme/Checkout.git', 'acme/checkout'],
    ['https://github.com/acme/checkout/', 'acme/checkout'],
    ['https://ada:token@git.example.com/acme/checkout', 'acme/checkout'],
    ['git@github.com:acme/checkout.git', 'acme/checkout'],
    ['ssh://git@git.example.com:2222/acme/payments/ledger.git', 'acme/payments/ledger'],
    ['https://github.com/acme', undefined],
    ['acme/checkout', undefined],
    ['https://github.com/acme/che ckout', undefined],
    [undefined, undefined],
  ])('%s is %s', (url, repository) => {
    expect(repositoryOfUrl(url)).toBe(repository);
  });
});
