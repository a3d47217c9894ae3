import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLabelledIncident } from '../src/cli/labelled-file.ts';
import type { Change } from '../src/domain/change.ts';
import { figuresOf } from '../src/domain/evaluation/figures.ts';
import type { LabelledIncident } from '../src/domain/evaluation/labelled-incident.ts';
import { replay } from '../src/domain/evaluation/replay.ts';
import { reportings } from './replays/delays.ts';
import { generatedIncident } from './replays/incident.ts';
import { sightings } from './replays/place.ts';
import { causeShares, severalShare, trainShare } from './replays/story.ts';
import { wordings } from './replays/symptom.ts';
import { topologies } from './replays/team.ts';
import { paceShares } from './replays/world.ts';

const size = 400;
const catalog = { environments: new Map(), services: [], configPaths: [] };
const minute = 60_000;

type Generated = ReturnType<typeof generatedIncident> & { readonly incident: LabelledIncident };
let set: readonly Generated[];

beforeAll(() => {
  set = Array.from({ length: size }, (_, index) => {
    const generated = generatedIncident(1, index + 1);
    const read = readLabelledIncident(JSON.stringify(generated.line), catalog);
    if (read.outcome === 'invalid') throw new Error(`${generated.line.incident.id}: ${read.problem}`);
    return { ...generated, incident: read.incident };
  });
});

/** In standard deviations. More than four are no chance. */
function awayFrom(share: number, count: number, of: number): number {
  return Math.abs(count / of - share) / Math.sqrt((share * (1 - share)) / of);
}

function changesIn(cause: boolean): readonly Change[] {
  return set.flatMap(({ incident: { changes, causes } }) => changes.filter(({ id }) => causes.includes(id) === cause));
}

const caused = () => set.filter(({ incident }) => incident.causes.length > 0);

describe('the generated incidents', () => {
  it('follow from the seed and their number alone', () => {
    expect(generatedIncident(1, 7)).toEqual(generatedIncident(1, 7));
    expect(generatedIncident(1, 7)).toEqual(expect.objectContaining({ line: set[6]?.line }));
    expect(generatedIncident(2, 7).line).not.toEqual(set[6]?.line);
    expect(generatedIncident(1, 8).line.changes).not.toEqual(set[6]?.line.changes);
  });

  it('have their cause among the five newest changes in 50 to 60 % of cases', () => {
    const { recency, pool } = figuresOf(
      set.map(({ incident }) => replay(incident, () => ({ suspects: [], ruledOut: [] }))),
    );

    expect(recency.top5.share).toBeGreaterThanOrEqual(0.5);
    expect(recency.top5.share).toBeLessThanOrEqual(0.6);
    expect(pool).toBeGreaterThan(30);
  });

  it('are caused by what causes incidents elsewhere', () => {
    for (const [kind, share] of Object.entries(causeShares)) {
      const of = set.filter(({ truth: { story } }) => (story.causes[0]?.kind ?? 'none') === kind);
      expect(awayFrom(share, of.length, size), kind).toBeLessThan(4);
    }
  });

  it.each([
    ['topologies', topologies, ({ world }) => world.topology],
    ['paces', paceShares, ({ world }) => world.pace],
    ['sightings', sightings, ({ sighting }) => sighting],
    ['wordings', wordings, ({ wording }) => wording],
  ] satisfies readonly [string, Readonly<Record<string, number>>, (truth: Generated['truth']) => string][])(
    'have their share of all %s',
    (_, shares, of) => {
      for (const [name, share] of Object.entries(shares))
        expect(awayFrom(share, set.filter(({ truth }) => of(truth) === name).length, size), name).toBeLessThan(4);
    },
  );

  it('have trains, several causes and causes that were taken back in part', () => {
    const trains = set.filter(({ truth: { story } }) => story.train.length > 0);
    expect(awayFrom(trainShare, trains.length, size)).toBeLessThan(4);
    const several = caused().filter(({ incident }) => incident.causes.length > 1);
    expect(awayFrom(severalShare, several.length, caused().length)).toBeLessThan(4);
    const partly = set.filter(({ truth }) => truth.partlyRolledBack);
    expect(partly.length).toBeGreaterThan(5);
    for (const { incident } of partly)
      expect(incident.changes.find(({ details }) => details['region'] !== undefined)).toMatchObject({
        kind: 'rollback',
      });
  });

  it('begin from seconds to many hours after their cause, and a few before it', () => {
    const delays = caused()
      .map(({ truth: { story } }) => story.startedAt - (story.causes[0]?.plan.at ?? 0))
      .toSorted((a, b) => a - b);
    const at = (share: number) => delays[Math.floor(share * delays.length)] ?? 0;

    expect(delays[0]).toBeLessThan(0);
    expect(at(0.1)).toBeLessThan(12 * minute);
    expect(at(0.5)).toBeGreaterThan(15 * minute);
    expect(at(0.5)).toBeLessThan(60 * minute);
    expect(at(0.95)).toBeGreaterThan(6 * 60 * minute);
    const alerts = set.filter(({ truth }) => truth.story.reporting === 'alert').length;
    expect(alerts / size).toBeLessThan(reportings.alert + 0.1);
  });

  it('know every cause by the time that suspects are asked for', () => {
    for (const { incident, truth } of set) {
      const causes = incident.changes.filter(({ id }) => incident.causes.includes(id));
      expect(causes).toHaveLength(truth.story.causes.length);
      for (const cause of causes) {
        expect(cause.environment).toBe('production');
        expect(cause.occurredAt.getTime()).toBeLessThan(incident.askedAt.getTime());
      }
    }
  });

  it('tell causes from other changes by facts that are telling, if little', () => {
    const facts: Readonly<Record<string, (change: Change) => boolean>> = {
      review: ({ carried }) => carried?.pullRequests.some(({ risks = [] }) => risks.length > 0) ?? false,
      failed: ({ risks }) => risks.some(({ name }) => name.startsWith('failed')),
    };
    const deploys = (cause: boolean) =>
      changesIn(cause).filter(
        ({ kind, environment, carried }) => kind === 'deploy' && environment === 'production' && carried,
      );
    for (const has of Object.values(facts)) {
      const share = (changes: readonly Change[]) => changes.filter(has).length / changes.length;
      const [usual, cause] = [share(deploys(false)), share(deploys(true))];
      expect(usual).toBeGreaterThan(0.02);
      expect(cause / (1 - cause) / (usual / (1 - usual))).toBeLessThan(3);
    }
  });

  it('say the same about a cause as about any other change of its kind', () => {
    const fieldsOf = (cause: boolean, kind: string) =>
      new Set(
        set.flatMap(({ line }) =>
          line.changes
            .filter(
              ({ id, kind: of, environment }) =>
                line.causes.includes(String(id)) === cause && of === kind && environment === 'production',
            )
            .flatMap((change) => Object.keys(change)),
        ),
      );
    for (const kind of ['deploy', 'config', 'flag', 'migration', 'infrastructure', 'drift'])
      expect([...fieldsOf(true, kind)].filter((field) => !fieldsOf(false, kind).has(field))).toEqual([]);
  });

  it('are made without anything of what ranks suspects or judges them', () => {
    const folder = join(import.meta.dirname, 'replays');
    const imports = readdirSync(folder).flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:from|import) '(\.\.\/[^']+)'/g)].map(
        ([, target]) => target,
      ),
    );

    expect(new Set(imports)).toEqual(new Set(['../../src/domain/change.ts', '../../src/domain/answer-json.ts']));
  });
});
