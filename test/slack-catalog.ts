import type { Catalog, CatalogService } from '../src/domain/catalog.ts';

export function service(name: string, dependsOn: readonly string[] = []): CatalogService {
  return { name, aliases: [], repository: null, paths: [], configPaths: null, branches: {}, dependsOn, owners: [] };
}

export const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['prod', 'production'],
    ['staging', 'staging'],
  ]),
  services: [service('checkout', ['ledger']), service('ledger'), service('search')],
  configPaths: [],
};
