import { describe, expect, it } from 'vitest';
import { deploysTo, environmentIn } from './deploy-name.ts';

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
  ])('%s: %s', (name, environment) => {
    expect(environmentIn(name, environments)).toBe(environment);
  });
});
