import { describe, expect, it } from 'vitest';
import { readLabelledIncident } from '../src/cli/labelled-file.ts';
import { figuresOf } from '../src/domain/evaluation/figures.ts';
import { goalsOf } from '../src/domain/evaluation/goals.ts';
import { replay } from '../src/domain/evaluation/replay.ts';
import { rankSuspects } from '../src/domain/suspects.ts';
import { generatedIncident } from './replays/incident.ts';

const catalog = { environments: new Map(), services: [], configPaths: [] };

describe('the suspects of generated incidents', () => {
  it.each([1, 2])('meet every goal on 400 of seed %i', (seed) => {
    const outcomes = Array.from({ length: 400 }, (_, index) => {
      const read = readLabelledIncident(JSON.stringify(generatedIncident(seed, index + 1).line), catalog);
      if (read.outcome === 'invalid') throw new Error(read.problem);
      return replay(read.incident, rankSuspects);
    });

    expect(goalsOf(figuresOf(outcomes)).filter(({ met }) => !met)).toEqual([]);
  });
});
