import { expect, it } from 'vitest';
import { aChange, anAnswer, askedAt } from '../../test/answers.ts';
import { answerLines } from './answer-lines.ts';

it('says of each suspect how likely it is, what speaks for it and what against', () => {
  const suspects = [
    {
      change: aChange({ to: '1.42.0' }),
      score: 0.55,
      likelihood: 'likely' as const,
      reasons: [
        { text: 'the same service', weight: 0.3 },
        { text: 'took effect 4 min ago', weight: 0.3 },
        { text: 'names no environment', weight: -0.08 },
      ],
    },
    {
      change: aChange({ id: '2', title: 'flip', kind: 'flag' }),
      score: 0.3,
      likelihood: 'possible' as const,
      reasons: [],
    },
  ];

  const lines = answerLines(anAnswer({ suspects }), { now: askedAt, timezone: 'UTC' });

  expect(lines.slice(lines.indexOf('Look here first:') + 1, lines.indexOf('Look here first:') + 3)).toEqual([
    '  1. checkout 1.42.0 (likely, 0.55: the same service, took effect 4 min ago; but: names no environment)',
    '  2. flip (possible, 0.30)',
  ]);
});
