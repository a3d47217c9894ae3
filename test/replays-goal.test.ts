import { describe, expect, it } from 'vitest';
import { readLabelledIncident } from '../src/cli/labelled-file.ts';
import { figuresOf } from '../src/domain/evaluation/figures.ts';
import { goalsOf } from '../src/domain/evaluation/goals.ts';
import { replay } from '../src/domain/evaluation/replay.ts';
import { rankSuspects } from '../src/domain/suspects.ts';
import { generatedIncident } from './replays/incident.ts';

const catalog = { environments: new Map(), services: [], configPaths: [] };

describe('the suspects of generated incidents', () => {
  const outcomes = [1, 2].flatMap((seed) =>
    Array.from({ length: 400 }, (_, index) => {
      const read = readLabelledIncident(JSON.stringify(generatedIncident(seed, index + 1).line), catalog);
      if (read.outcome === 'invalid') throw new Error(read.problem);
      return replay(read.incident, rankSuspects);
    }),
  );
  const figures = figuresOf(outcomes);

  it('meet every goal', () => {
    expect(goalsOf(figures).filter(({ met }) => !met)).toEqual([]);
  });

  it('are asked where recency alone has the cause in the first five of 50 to 60 %', () => {
    expect(figures.recency.top5.share).toBeGreaterThanOrEqual(0.5);
    expect(figures.recency.top5.share).toBeLessThanOrEqual(0.6);
  });
});
