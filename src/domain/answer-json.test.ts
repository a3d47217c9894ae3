import { expect, it } from 'vitest';
import { aChange, anAnswer } from '../../test/answers.ts';
import { answerJson } from './answer-json.ts';

it('tells programs how likely a suspect is, and every reason with its weight', () => {
  const reasons = [
    { text: 'the same service', weight: 0.3 },
    { text: 'finished 8 h before it began', weight: -0.05 },
  ];
  const suspects = [{ change: aChange({ id: '7' }), score: 0.25, likelihood: 'possible' as const, reasons }];

  expect(answerJson(anAnswer({ suspects })).suspects).toEqual([
    { change: expect.objectContaining({ id: '7' }), score: 0.25, likelihood: 'possible', reasons },
  ]);
});
