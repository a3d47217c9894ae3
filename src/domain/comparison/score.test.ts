import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Facet, facets } from '../facts/fact.ts';
import { type ParityVerdict, parityVerdicts } from './difference.ts';
import { scoreOf } from './score.ts';
import { facetWeights } from './weights.ts';

const none = new Map<Facet, number>();

it('has the weights that are published', async () => {
  const text = await readFile(new URL('../../../docs/parity.md', import.meta.url), 'utf8');
  const published = [...text.matchAll(/^\| `([a-z]+)` +\| (\d+) /gm)].map(([, facet, weight]) => [
    facet,
    Number(weight),
  ]);

  expect(Object.fromEntries(published)).toEqual(facetWeights);
});

it.each<[string, Parameters<typeof scoreOf>[0], number | null, number]>([
  ['nothing', { differences: [], equal: none, unsure: none, kept: [] }, null, 0],
  ['all equal', { differences: [], equal: new Map([['env', 4]]), unsure: none, kept: [] }, 100, 100],
  [
    'unknown is not counted',
    {
      differences: [{ id: 'a', facet: 'env', verdict: 'unknown' }],
      equal: new Map([['env', 3]]),
      unsure: none,
      kept: [],
    },
    100,
    75,
  ],
  [
    'meant is as good as equal',
    {
      differences: [{ id: 'a', facet: 'env', verdict: 'intended' }],
      equal: new Map([['env', 3]]),
      unsure: none,
      kept: [],
    },
    100,
    100,
  ],
  [
    'weights',
    {
      differences: [{ id: 'a', facet: 'version', verdict: 'unexplained' }],
      equal: new Map([['package', 5]]),
      unsure: none,
      kept: [],
    },
    50,
    100,
  ],
  [
    'what was bad goes on to cost',
    {
      differences: [{ id: 'a', facet: 'env', verdict: 'unknown' }],
      equal: new Map([['env', 3]]),
      unsure: none,
      kept: [{ id: 'a', facet: 'env' }],
    },
    75,
    75,
  ],
  [
    'never rounded up to all',
    {
      differences: [{ id: 'a', facet: 'package', verdict: 'unexplained' }],
      equal: new Map([['package', 9999]]),
      unsure: none,
      kept: [],
    },
    99.9,
    100,
  ],
])('%s', (_name, counted, score, coverage) => {
  expect(scoreOf(counted)).toMatchObject({ score, coverage });
});

it('names the five that cost most', () => {
  const differences = facets.map((facet) => ({ id: facet, facet, verdict: 'unexplained' as const }));
  const { moved } = scoreOf({ differences, equal: none, unsure: none, kept: [] });

  expect(moved.map(({ id }) => id)).toEqual(['version', 'env', 'config', 'runtime', 'database']);
});

it('never rises when a collector is taken away', () => {
  const facet = fc.constantFrom(...facets);
  const difference = fc.record({ facet, verdict: fc.constantFrom(...parityVerdicts), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(difference), fc.array(facet), fc.array(facet), (all, equal, goneToo) => {
      const listed = all.map((each, index) => ({ ...each, id: String(index) }));
      const bad = (verdict: ParityVerdict) => ['unexplained', 'reference-only', 'forbidden-equality'].includes(verdict);
      const before = scoreOf({ differences: listed, equal: counted([...equal, ...goneToo]), unsure: none, kept: [] });
      const after = scoreOf({
        differences: listed.filter(({ gone }) => !gone),
        equal: counted(equal),
        unsure: counted(goneToo),
        kept: listed.filter(({ gone, verdict }) => gone && bad(verdict)),
      });

      expect(after.score ?? 0).toBeLessThanOrEqual(before.score ?? 0);
    }),
  );
});

function counted(all: readonly Facet[]): Map<Facet, number> {
  return new Map(facets.map((each) => [each, all.filter((facet) => facet === each).length]));
}
