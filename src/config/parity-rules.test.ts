import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { intendedRulesOf, pairsOf } from './parity-rules.ts';
import { readSettings } from './settings.ts';

function read(text: string) {
  const result = readSettings(text);
  if (result.outcome === 'invalid') throw new Error(result.problems.join('; '));
  return result.settings;
}

it.each<[string, [string, string][]]>([
  ['', [['production', 'staging']]],
  ['environments: { live: { aliases: [production] }, qa: {} }', []],
  ['environments: { live: { aliases: [production] }, stage: { aliases: [staging] } }', [['live', 'stage']]],
  ['parity: []', []],
  ['parity: [{ reference: PRD, mirror: stg }]', [['production', 'staging']]],
])('%j compares %j', (text, expected) => {
  expect(pairsOf(read(text)).map(({ reference, mirror }) => [reference, mirror])).toEqual(expected);
});

it('has the rules of the example', async () => {
  const settings = read(await readFile(new URL('../../sincewhen.example.yml', import.meta.url), 'utf8'));

  expect(intendedRulesOf(settings)).toEqual([
    {
      id: 'settings:1',
      service: null,
      facet: 'env',
      key: 'DATABASE_URL',
      must: { is: 'differ' },
      reason: 'separate databases',
      impact: null,
      owner: '@ada',
      expires: '2027-06-01',
      pair: null,
    },
    expect.objectContaining({
      id: 'settings:2',
      service: 'checkout',
      must: { is: 'at-least', ratio: 0.25 },
      impact: 'load tests in staging say little',
      expires: null,
    }),
  ]);
});

it('names services as we do', () => {
  const settings = read(
    'services: { checkout: { aliases: [shop] } }\nintended: [{ service: Shop, facet: env, key: A, reason: b }]',
  );

  expect(intendedRulesOf(settings)[0]?.service).toBe('checkout');
});

it.each([
  ['intended: [{ facet: envs, key: A, reason: b }]', /intended.0.facet is not one of version, env, /],
  ['intended: [{ facet: env, key: A, must: not differ, reason: b }]', /intended.0.must is not "differ", "equal", or/],
  ['intended: [{ facet: env, key: A, must: mirror >= mirror, reason: b }]', /intended.0.must is not/],
  ['ignore: [{ facet: conf, key: A }]', /ignore.0.facet is not one of/],
])('refuses %j', (text, problem) => {
  const result = readSettings(text);

  expect(result.outcome === 'invalid' && result.problems[0]).toMatch(problem);
});
