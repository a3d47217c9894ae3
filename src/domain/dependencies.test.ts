import { describe, expect, it } from 'vitest';
import type { Catalog } from './catalog.ts';
import { dependenciesOf, isDeclared, reachesOf } from './dependencies.ts';

/** web → checkout → ledger → postgres, and checkout → payments → postgres. */
const shop = new Map([
  ['web', ['checkout']],
  ['checkout', ['ledger', 'payments']],
  ['ledger', ['postgres']],
  ['payments', ['postgres']],
  ['postgres', []],
  ['search', []],
]);

describe('what reaches an affected service', () => {
  it.each<[string, string, number]>([
    ['checkout', 'itself', 0],
    ['ledger', 'upstream', 1],
    ['payments', 'upstream', 1],
    ['postgres', 'upstream', 2],
    ['web', 'caller', 1],
  ])('%s is %s, %i away', (service, by, distance) => {
    expect(reachesOf(['checkout'], shop).get(service)).toEqual({ by, distance, to: 'checkout', affected: 1 });
  });

  it('is not what it has nothing to do with, nor who calls its callers', () => {
    expect([...reachesOf(['checkout'], shop).keys()]).not.toContain('search');
    expect([...reachesOf(['ledger'], shop).keys()].toSorted()).toEqual(['checkout', 'ledger', 'postgres']);
  });

  it('is itself alone where nothing is declared', () => {
    expect([...reachesOf(['checkout'], new Map())]).toEqual([
      ['checkout', { by: 'itself', distance: 0, to: 'checkout', affected: 1 }],
    ]);
  });

  it.each([[['ledger', 'payments']], [['payments', 'ledger', 'payments']]])(
    'of several (%j) is counted by how many it reaches, by the nearest way, in any order',
    (affected) => {
      const reaches = reachesOf(affected, shop);

      expect(reaches.get('postgres')).toEqual({ by: 'upstream', distance: 1, to: 'ledger', affected: 2 });
      expect(reaches.get('ledger')).toMatchObject({ by: 'itself', affected: 1 });
      expect(reaches.get('checkout')).toMatchObject({ by: 'caller', affected: 2 });
    },
  );

  it('is counted once when each depends on the other', () => {
    const both = new Map([
      ['a', ['b']],
      ['b', ['a']],
    ]);

    expect(reachesOf(['a'], both).get('b')).toEqual({ by: 'upstream', distance: 1, to: 'a', affected: 1 });
  });

  it('is found through cycles, however far away', () => {
    const ring = new Map([...'abcdefg'].map((name, index) => [name, ['bcdefga'[index] ?? '']]));

    expect([...reachesOf(['a'], ring)].map(([name, { by, distance }]) => `${name} ${by} ${distance}`)).toEqual([
      'a itself 0',
      'b upstream 1',
      'c upstream 2',
      'd upstream 3',
      'e upstream 4',
      'f upstream 5',
      'g upstream 6',
    ]);
  });
});

it.each([
  ['checkout', true],
  ['postgres', true],
  ['search', false],
  ['unheard-of', false],
])('that the settings say what %s has to do with others is %s', (service, expected) => {
  expect(isDeclared(service, shop)).toBe(expected);
});

it('is declared by any name of a service', () => {
  const service = (name: string, aliases: readonly string[], dependsOn: readonly string[]) => ({
    name,
    aliases,
    repository: null,
    paths: [],
    configPaths: null,
    branches: {},
    dependsOn,
    owners: [],
  });
  const catalog: Catalog = {
    environments: new Map(),
    services: [
      service('checkout', [], ['Ledger_API', 'ledger', 'checkout', 'postgres']),
      service('ledger', ['ledger-api'], []),
    ],
    configPaths: [],
  };

  expect([...dependenciesOf(catalog)]).toEqual([
    ['checkout', ['ledger', 'postgres']],
    ['ledger', []],
  ]);
});
