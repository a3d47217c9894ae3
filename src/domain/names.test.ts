import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog, CatalogService } from './catalog.ts';
import type { Statement } from './event.ts';
import { plainName } from './known-names.ts';
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
    service('shard-11'),
  ],
  configPaths: [],
};

function names(fields: Partial<Statement>, among = catalog) {
  const statement: Statement = {
    key: 'k',
    source: 'github',
    occurredAt: '2026-11-20T14:00:00.000Z',
    clock: 'source',
    phase: 'happened',
    ...fields,
  };
  return namesOf(statement, among);
}

describe('environments', () => {
  it.each([
    ['Production', 'production'],
    [' prod ', 'production'],
    ['pre-prod', 'staging'],
    ['Production – checkout', 'production'],
    ['checkout/prod', 'production'],
    ['Pre_Prod', 'staging'],
    ['checkout_api (prod)', 'production'],
    // Beside anything but a known service it is a name of its own.
    ['Production – mailer', 'production-mailer'],
    ['Quality_Assurance', 'quality-assurance'],
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
    ['an unknown name, with hyphens for spaces and underscores', { serviceName: ' Mail_Out – EU ' }, ['mail-out-eu']],
    ['an unknown name, with its dots and slashes', { serviceName: 'Mail.example.com/v2' }, ['mail.example.com/v2']],
    ['an unknown name that ends like an environment', { serviceName: 'mailer-prod' }, ['mailer-prod']],
    ['the repository, where the name repeats it', { serviceName: 'Acme/Mono', repository: 'acme/mono' }, []],
    ['the environment’s name', { environmentName: 'Production – checkout-api', repository: 'acme/mono' }, ['checkout']],
    ['the only service of the repository', { repository: 'Acme/Shop' }, ['checkout']],
    [
      'the paths touched in a monorepo',
      { repository: 'acme/mono', paths: ['services/stock/a.ts', 'services/cart/b.ts'] },
      ['cart', 'stock'],
    ],
    ['nothing, in a monorepo without paths', { repository: 'acme/mono' }, []],
    ['the repository’s own name when it is unknown', { repository: 'acme/search' }, ['search']],
    ['the repository’s own name when it is an alias', { repository: 'acme/Checkout_API' }, ['checkout']],
  ])('are told by %s', (_, fields, expected) => {
    expect(names(fields).services).toEqual(expected);
  });

  it.each([
    'checkout-api',
    'Checkout_API',
    ' checkout api ',
    'checkout.api',
    'checkout/api',
    'CheckoutAPI',
    'checkout – api',
    'acme/checkout-api',
    'ACME/Checkout_API',
  ])('are the same whatever their case and separators: %j', (serviceName) => {
    expect(names({ serviceName }).services).toEqual(['checkout']);
  });

  it.each([
    ['other/checkout-api', 'other/checkout-api'],
    ['checkout-api-2', 'checkout-api-2'],
    ['my-checkout', 'my-checkout'],
    ['chekout', 'chekout'],
    ['shard-1-1', 'shard-1-1'],
  ])('are not guessed: %j is %j', (serviceName, expected) => {
    expect(names({ serviceName }).services).toEqual([expected]);
  });

  it('that the settings tell apart by separators alone stay apart', () => {
    const services = [service('shard-1-1'), service('shard-11'), service('data_base'), service('data-base')];
    const told = (serviceName: string) => names({ serviceName }, { ...catalog, services }).services;

    expect(['Shard_1_1', 'Shard 11', 'Data_Base', 'data-base', 'data base', 'data.base', 'database'].map(told)).toEqual(
      [['shard-1-1'], ['shard-11'], ['data_base'], ['data-base'], ['data-base'], ['data.base'], ['database']],
    );
  });

  it('are cut to 200 characters', () => {
    expect(names({ serviceName: 'x'.repeat(10_000) }).services[0]).toHaveLength(200);
  });
});

describe('a service name with an environment at an end', () => {
  it.each([
    ['checkout-prod', {}, 'production', 'checkout'],
    ['prod-checkout', {}, 'production', 'checkout'],
    ['Checkout_API_Pre-Prod', {}, 'staging', 'checkout'],
    ['staging/checkout', {}, 'staging', 'checkout'],
    [
      'what else tells the environment stands',
      { serviceName: 'checkout-prod', environmentName: 'eu-1' },
      'eu-1',
      'checkout',
    ],
    // `eu` is no environment here, so what is left of the name is no known service.
    ['checkout-production-eu', {}, null, 'checkout-production-eu'],
    ['checkout-prod-worker', {}, null, 'checkout-prod-worker'],
    ['checkout-prod-api', {}, null, 'checkout-prod-api'],
    ['mailer-prod', {}, null, 'mailer-prod'],
    ['prod', {}, null, 'prod'],
  ])('%s', (serviceName, fields, environment, expected) => {
    expect(names({ serviceName, ...fields })).toEqual({ environment, services: [expected] });
  });

  it('is a service as a whole where the settings name it', () => {
    const services = [...catalog.services, service('checkout-prod')];

    expect(names({ serviceName: 'Checkout-Prod' }, { ...catalog, services })).toEqual({
      environment: null,
      services: ['checkout-prod'],
    });
  });

  it('may have several words, and is left alone where it can be read in two ways', () => {
    const environments = new Map([...catalog.environments, ['prod-eu', 'production-eu'], ['eu', 'europe']]);
    const told = (services: readonly string[]) =>
      names(
        { serviceName: 'checkout-prod-eu' },
        { ...catalog, environments, services: services.map((name) => service(name)) },
      );

    expect(told(['checkout'])).toEqual({ environment: 'production-eu', services: ['checkout'] });
    expect(told(['checkout', 'checkout-prod'])).toEqual({ environment: null, services: ['checkout-prod-eu'] });
  });
});

describe('a name that is not known', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9é]{1,6}$/);
  const given = fc
    .array(fc.tuple(word, fc.constantFrom(' ', '_', '-', '.', '/', ':', ' – ', '__', '')), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.map(([own, separator]) => own + separator).join(''));

  it('is written in one way however often it is read', () => {
    fc.assert(
      fc.property(given, (name) => {
        expect(plainName(plainName(name))).toBe(plainName(name));
      }),
    );
  });

  it('is known from the moment at which that way of writing it is an alias', () => {
    fc.assert(
      fc.property(given, fc.constantFrom('serviceName', 'repository'), (name, field) => {
        const [before] = names({ [field]: name }).services;
        const services = [...catalog.services, service('target', { aliases: [before ?? ''] })];
        fc.pre(before !== undefined && before !== 'checkout');
        expect(names({ [field]: name }, { ...catalog, services }).services).toEqual(['target']);
      }),
    );
  });

  it('of an environment likewise', () => {
    fc.assert(
      fc.property(given, (environmentName) => {
        const { environment } = names({ environmentName });
        fc.pre(environment !== null && !['production', 'staging'].includes(environment));
        const environments = new Map([...catalog.environments, [environment ?? '', 'target']]);
        expect(names({ environmentName }, { ...catalog, environments }).environment).toBe('target');
      }),
    );
  });
});

describe('a flag', () => {
  const evaluating: Catalog = {
    ...catalog,
    services: [
      service('checkout', { flags: ['checkout-*', 'express-payment'] }),
      service('cart', { flags: ['express-*'] }),
      service('stock'),
    ],
  };
  const flag = (title: string, fields: Partial<Statement> = {}) =>
    names({ source: 'launchdarkly', kind: 'flag', title, ...fields }, evaluating).services;

  it.each([
    ['of one service', 'checkout-retries: now on', ['checkout']],
    ['of several', 'express-payment: rollout 20 % → 50 %', ['cart', 'checkout']],
    ['that nobody said to evaluate', 'new-ledger: now on', []],
    ['whose key is only part of a sentence', 'segment checkout-beta: changed', []],
  ])('%s is of those that evaluate it', (_, title, expected) => {
    expect(flag(title)).toEqual(expected);
  });

  it('that names its service is of that one', () => {
    expect(flag('express-payment: now on', { serviceName: 'stock' })).toEqual(['stock']);
  });

  it('is no other change that is called so', () => {
    expect(flag('checkout-retries: now on', { kind: 'config' })).toEqual([]);
  });
});
