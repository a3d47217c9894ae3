import { expect, it } from 'vitest';
import { aSource, askedAt } from '../../../test/answers.ts';
import { firstStep } from './first-step.ts';

const titles = ['GitHub', 'Argo CD', 'Flux', 'Helm', 'Vercel'];
const sources = (count: number, newest: Date | null) =>
  titles.slice(0, count).map((title) => aSource({ title, newest, state: newest === null ? 'never' : 'fresh' }));
const given = { ping: null, publicUrl: null, now: askedAt };

it.each([
  [1, 'GitHub is connected.'],
  [2, 'GitHub and Argo CD are connected.'],
  [5, 'GitHub, Argo CD, Flux and 2 more are connected.'],
])('says of %i that report: %s', (count, state) => {
  expect(firstStep({ ...given, coverage: sources(count, askedAt) })).toMatchObject({ step: 'ask', state });
});

it('waits for any of those that never reported', () => {
  expect(firstStep({ ...given, coverage: sources(3, null) })).toMatchObject({
    step: 'wait',
    state: expect.stringContaining('the first event of GitHub, Argo CD or Flux.'),
  });
});
