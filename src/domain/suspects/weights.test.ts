import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import {
  farFloor,
  floor,
  foundRisks,
  furtherRisk,
  glance,
  kindWeights,
  likely,
  riskWeights,
  weights,
} from './weights.ts';

it('are those that are published', async () => {
  const text = await readFile(new URL('../../../docs/suspects.md', import.meta.url), 'utf8');
  const published = [...text.matchAll(/^\| `([^`]+)` +\| (-?[\d.]+) /gm)].map(([, name, weight]) => [
    name,
    Number(weight),
  ]);

  const { upstream, ...others } = weights;
  const used = [
    ...Object.entries(others),
    ...upstream.map((weight, index) => [`upstream ${index + 1}`, weight] as const),
    ...Object.entries(kindWeights).map(([kind, { weight }]) => [`kind ${kind}`, weight] as const),
    ...Object.entries({ ...riskWeights, ...foundRisks }).map(([risk, weight]) => [`risk ${risk}`, weight] as const),
    ...Object.entries({ floor, farFloor, furtherRisk }),
    ...Object.entries(glance).map(([name, value]) => [`glance ${name}`, value] as const),
    ...Object.entries(likely).map(([name, value]) => [`likely ${name}`, value] as const),
  ].filter(([, weight]) => weight !== 0);

  expect(Object.fromEntries(published)).toEqual(Object.fromEntries(used));
});
