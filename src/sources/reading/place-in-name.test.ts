import { describe, expect, it } from 'vitest';
import { emptyCatalog } from '../../../test/read-source.ts';
import type { Catalog } from '../../domain/catalog.ts';
import { placeInName } from './place-in-name.ts';

const service = { repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
const catalog: Catalog = {
  ...emptyCatalog,
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['live', 'production'],
    ['staging', 'staging'],
    ['preprod', 'staging'],
  ]),
  services: [{ ...service, name: 'live-chat', aliases: ['prod_tools'] }],
};

describe('the place that a name tells', () => {
  it.each([
    ['network', { serviceName: 'network' }],
    ['network-prod', { serviceName: 'network', environmentName: 'production' }],
    ['Network-Prod-EU', { serviceName: 'Network-EU', environmentName: 'production' }],
    ['prod/network', { serviceName: 'network', environmentName: 'production' }],
    ['production', { environmentName: 'production' }],
    ['network-pre-prod-eu', { serviceName: 'network-eu', environmentName: 'staging' }],
    ['Network (prod)', { serviceName: 'Network', environmentName: 'production' }],
    ['network-non-prod', { serviceName: 'network-non-prod' }],
    ['reproduction', { serviceName: 'reproduction' }],
    ['staging-to-prod', { serviceName: 'staging-to-prod' }],
    ['live-chat', { serviceName: 'live-chat' }],
    ['Prod_Tools', { serviceName: 'Prod_Tools' }],
    ['default', {}],
    [undefined, {}],
  ])('%s', (name, place) => {
    expect(placeInName(name, catalog)).toEqual(place);
  });

  it('is the service alone where the settings name no environments', () => {
    expect(placeInName('network-prod', emptyCatalog)).toEqual({ serviceName: 'network-prod' });
  });
});
