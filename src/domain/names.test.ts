import { describe, expect, it } from 'vitest';
import type { Catalog, CatalogService } from './catalog.ts';
import type { Statement } from './event.ts';
import { namesOf } from './names.ts';

function service(name: string, fields: Partial<CatalogService> = {}): CatalogService {
  return {
    name,
    aliases: [],
    repository: null,
    paths: [],
    configPaths: null,
    branches: {},
    dependsOn: [],
    owners: [],
    ...fields,
  };
}

const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
    ['preprod', 'staging'],
  ]),
  services: [
    service('checkout', { repository: 'acme/shop', aliases: ['checkout-api'] }),
    service('cart', { repository: 'acme/mono', paths: ['services/cart/**'] }),
    service('stock', { repository: 'acme/mono', paths: ['services/stock/**'] }),
  ],
  configPaths: [],
};

function names(fields: Partial<Statement>) {
  const statement: Statement = {
    key: 'k',
    source: 'github',
    occurredAt: '2026-11-20T14:00:00.000Z',
    clock: 'source',
    phase: 'happened',
    ...fields,
  };
  return namesOf(statement, catalog);
}

describe('environments', () => {
  it.each([
    ['Production', 'production'],
    [' prod ', 'production'],
    ['pre-prod', 'staging'],
    ['Production – checkout', 'production'],
    ['checkout/prod', 'production'],
    // A region or a test double of production is not production unless the settings say so.
    ['prod-eu', 'prod-eu'],
    ['non-prod', 'non-prod'],
    ['github-pages', 'github-pages'],
    ['', null],
  ])('%j is %j', (environmentName, expected) => {
    expect(names({ environmentName }).environment).toBe(expected);
  });
});

describe('services', () => {
  it.each([
    ['an alias', { serviceName: 'Checkout-API' }, ['checkout']],
    ['an unknown name, as it is, lower-case', { serviceName: 'Mailer' }, ['mailer']],
    ['the environment’s name', { environmentName: 'Production – checkout-api', repository: 'acme/mono' }, ['checkout']],
    ['the only service of the repository', { repository: 'Acme/Shop' }, ['checkout']],
    [
      'the paths touched in a monorepo',
      { repository: 'acme/mono', paths: ['services/stock/a.ts', 'services/cart/b.ts'] },
      ['cart', 'stock'],
    ],
    ['nothing, in a monorepo without paths', { repository: 'acme/mono' }, []],
    ['the repository’s own name when it is unknown', { repository: 'acme/search' }, ['search']],
  ])('are told by %s', (_, fields, expected) => {
    expect(names(fields).services).toEqual(expected);
  });

  it('are cut to 200 characters', () => {
    expect(names({ serviceName: 'x'.repeat(10_000) }).services[0]).toHaveLength(200);
  });
});
