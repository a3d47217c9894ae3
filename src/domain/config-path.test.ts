import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configEnvironments } from './config-path.ts';

const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['live', 'production'],
  ['staging', 'staging'],
  ['stage', 'staging'],
  ['preprod', 'staging'],
]);
const anything = ['**'];
const usual = ['**/*.env*', '**/config/**', '**/*.tf', '**/values*.yaml'];

function environmentOf(path: string) {
  return configEnvironments([path], anything, environments)[0]?.environment;
}

describe('configEnvironments', () => {
  it.each([
    ['config/production.yml', 'production'],
    ['values-prod.yaml', 'production'],
    ['values_prod.yaml', 'production'],
    ['envs/staging/main.tf', 'staging'],
    ['.env.production', 'production'],
    ['services/checkout/.env.stage', 'staging'],
    ['src/appsettings.Production.json', 'production'],
    ['Prod/Values.yaml', 'production'],
    ['live.env', 'production'],
    ['values-pre-prod.yaml', 'staging'],
    ['pre-prod/values.yaml', 'staging'],
    ['production/prod.yaml', 'production'],
    ['values-prod-eu.yaml', 'production'],
  ])('sees the environment that %s names', (path, expected) => {
    expect(environmentOf(path)).toBe(expected);
  });

  it.each([
    ['config/application.yml', 'none named'],
    ['config/reproduction.yml', 'inside a word'],
    ['config/productionise.yml', 'inside a word'],
    ['config/prodigy.yml', 'inside a word'],
    ['live-reload/config.yml', 'a folder with a longer name'],
    ['values-non-prod.yaml', 'the opposite'],
    ['staging/values-prod.yaml', 'two'],
    ['...', 'no words'],
  ])('takes %j as naming no one environment: %s', (path) => {
    expect(environmentOf(path)).toBeNull();
  });

  it('does not take a prefix for the name that follows it', () => {
    const names = new Map([['prod', 'production']]);

    expect(configEnvironments(['values-pre-prod.yaml'], anything, names)).toEqual([
      { environment: null, files: ['values-pre-prod.yaml'] },
    ]);
  });

  it.each([
    ['.env', true],
    ['.env.example', true],
    ['apps/web/.env.local', true],
    ['apps/web/prod.env', true],
    ['config/a/b/c.json', true],
    ['services/ledger/config/.hidden/x', true],
    ['main.tf', true],
    ['infra/network/main.tf', true],
    ['charts/values-prod.yaml', true],
    ['src/config.ts', false],
    ['src/environment.ts', false],
    ['charts/invalues.yaml', false],
    ['README.md', false],
  ])('takes %s as configuration: %s', (path, expected) => {
    expect(configEnvironments([path], usual, environments)).toHaveLength(expected ? 1 : 0);
  });

  it('groups files by environment, each once', () => {
    const paths = [
      'README.md',
      'config/prod.yml',
      'config/base.yml',
      'config/production.yml',
      'config/prod.yml',
      'main.tf',
    ];

    expect(configEnvironments(paths, usual, environments)).toEqual([
      { environment: 'production', files: ['config/prod.yml', 'config/production.yml'] },
      { environment: null, files: ['config/base.yml', 'main.tf'] },
    ]);
  });

  it('finds nothing without globs', () => {
    expect(configEnvironments(['config/prod.yml'], [], environments)).toEqual([]);
  });

  it('names only environments that there are, and each path at most once', () => {
    const part = fc.constantFrom('prod', 'staging', 'pre', 'x', '-', '.', '_', '/', 'production', 'é', '\0', '[', '*');
    const path = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const groups = configEnvironments(paths, anything, environments);
        const files = groups.flatMap((group) => group.files);
        expect(new Set(files).size).toBe(files.length);
        for (const { environment } of groups) expect([null, 'production', 'staging']).toContain(environment);
      }),
    );
  });
});
