import { describe, expect, it } from 'vitest';
import { deployNamed, deploysTo, environmentIn } from './deploy-name.ts';

const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['staging', 'staging'],
]);

describe('deploysTo', () => {
  it.each([
    ['Deploy to production', 'production'],
    ['checkout-deploy-prod', 'production'],
    ['release_staging', 'staging'],
    ['Promote checkout: prod (production)', 'production'],
  ])('%s deploys to %s', (name, environment) => {
    expect(deploysTo(name, environments)).toBe(environment);
  });

  it.each(['production tests', 'deploy', 'deploy staging and production', 'undeployable prod', ''])(
    '%j is no deploy, or not to one environment',
    (name) => {
      expect(deploysTo(name, environments)).toBeNull();
    },
  );
});

describe('environmentIn', () => {
  it.each([
    ['checkout-prod', 'production'],
    ['Production', 'production'],
    ['products', null],
    ['prod-staging', null],
    ['checkout non-prod', null],
    ['pre_prod', null],
  ])('%s: %s', (name, environment) => {
    expect(environmentIn(name, environments)).toBe(environment);
  });
});

describe('deployNamed', () => {
  const checkout = {
    name: 'checkout',
    aliases: ['check-out'],
    repository: null,
    paths: [],
    configPaths: null,
    branches: {},
    dependsOn: [],
    owners: [],
  };
  const catalog = { environments, services: [checkout], configPaths: [] };

  it.each([
    ['deploy-production', { kind: 'deploy', environmentName: 'production', subject: '' }],
    ['deploy_checkout_prod', { environmentName: 'production', serviceName: 'checkout', subject: 'checkout' }],
    ['Deploy the check-out to prod', { environmentName: 'production', serviceName: 'checkout' }],
    ['DeployLedgerStaging', { environmentName: 'staging', subject: 'ledger' }],
    ['rollback production', { kind: 'rollback', environmentName: 'production' }],
    ['build and deploy to production', { environmentName: 'production', subject: '' }],
  ])('%s deploys', (name, deploy) => {
    expect(deployNamed(name, catalog)).toMatchObject(deploy);
  });

  it.each([
    ['deploy', ''],
    ['release', ''],
    ['deploy-qa', 'qa'],
    ['deploy staging and production', ''],
  ])('%s deploys, and it is not clear where to', (name, subject) => {
    expect(deployNamed(name, catalog)).toEqual({ kind: 'deploy', subject });
  });

  it.each([
    'build-test-deploy',
    'test-deployment',
    'tests',
    'approve-deploy-production',
    'deploy production (dry run)',
    '',
  ])('%j does not deploy', (name) => {
    expect(deployNamed(name, catalog)).toBeNull();
  });
});
