import { expect, it } from 'vitest';
import { examplesFor } from './examples.ts';
import { parseQuestion } from './parse-question.ts';

const now = new Date('2026-11-20T16:13:00Z');

it.each([
  ['nothing known', [], []],
  [
    'production',
    [
      ['production', 'production'],
      ['prod', 'production'],
    ],
    [['checkout', 'checkout']],
  ],
  ['another environment', [['eu-1', 'eu-1']], [['ledger', 'ledger']]],
  ['odd names', [['a b', 'a b']], [['Production – checkout', 'Production – checkout']]],
] as const)('gives examples that are questions with %s', (_, environments, services) => {
  const vocabulary = { environments: new Map(environments), services: new Map(services) };

  const examples = examplesFor(vocabulary);

  expect(examples).toHaveLength(4);
  const outcomes = examples.map((each) => parseQuestion(each, { now, timezone: 'UTC', vocabulary }).outcome);
  expect(new Set(outcomes)).toEqual(new Set(['question']));
});

it('uses names that exist', () => {
  const vocabulary = {
    environments: new Map([
      ['production', 'production'],
      ['prod', 'production'],
    ]),
    services: new Map([['checkout', 'checkout']]),
  };

  expect(examplesFor(vocabulary)).toContain('2h in prod');
  expect(examplesFor(vocabulary)).toContain('last good deploy of checkout');
});
