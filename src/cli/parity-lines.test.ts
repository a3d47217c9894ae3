import { expect, it } from 'vitest';
import { aReport, comparedAt } from '../../test/parity-reports.ts';
import { parityLines } from './parity-lines.ts';

it('says of facts of which none was seen in both that nothing can be compared yet, and what to do', () => {
  const report = aReport([], { facts: 3, score: { score: null, coverage: 0, moved: [] } });

  expect(parityLines(report, { now: comparedAt, all: false }).slice(0, 2)).toEqual([
    'Nothing can be compared yet: of production and staging no fact was seen in both (3 facts).',
    '`sincewhen snapshot` of both tells what is there.',
  ]);
});
