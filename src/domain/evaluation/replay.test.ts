import { addMinutes, subMinutes } from 'date-fns';
import { describe, expect, it } from 'vitest';
import { aChange } from '../../../test/answers.ts';
import type { Change } from '../change.ts';
import { figuresOf } from './figures.ts';
import { goalsOf } from './goals.ts';
import type { LabelledIncident } from './labelled-incident.ts';
import { byRecency } from './recency.ts';
import { type Outcome, type Rank, replay } from './replay.ts';

const startedAt = new Date('2026-11-20T14:00:00Z');
const ago = (minutes: number) => subMinutes(startedAt, minutes);

function anIncident(given: Partial<LabelledIncident> = {}): LabelledIncident {
  return {
    id: 'INC-1',
    title: '5xx rate high on checkout',
    symptom: '',
    environment: 'production',
    services: ['checkout'],
    startedAt,
    askedAt: addMinutes(startedAt, 10),
    dependsOn: new Map(),
    changes: [],
    background: new Map(),
    causes: [],
    ...given,
  };
}

/** Ranks as told: the ids, those with an exclamation mark likely. */
function ranked(...ids: readonly string[]): Rank {
  return (changes) => ({
    suspects: ids.flatMap((id) => {
      const change = changes.find((each) => each.id === id.replace('!', ''));
      if (change === undefined) return [];
      return [{ change, score: 0.5, likelihood: id.endsWith('!') ? 'likely' : 'possible', reasons: [] } as const];
    }),
    ruledOut: changes.filter((change) => !ids.includes(change.id)).map((change) => ({ change, why: 'staging only' })),
  });
}

describe('recency alone', () => {
  const ids = (...changes: readonly Change[]) =>
    byRecency(changes, { environment: 'production', startedAt }).map(({ id }) => id);

  it('has the newest first, by when they took effect', () => {
    expect(
      ids(
        aChange({ id: 'ended first', occurredAt: ago(20), finishedAt: ago(18) }),
        aChange({ id: 'ended last', occurredAt: ago(30), finishedAt: ago(5) }),
        aChange({ id: 'at once', occurredAt: ago(10) }),
      ),
    ).toEqual(['ended last', 'at once', 'ended first']);
  });

  it('counts what was under way at the onset from its beginning', () => {
    const underWay = aChange({ id: 'under way', occurredAt: ago(2), finishedAt: addMinutes(startedAt, 3) });

    expect(ids(aChange({ id: 'before', occurredAt: ago(1) }), underWay)).toEqual(['before', 'under way']);
  });

  it('leaves out what came later, was cancelled or is elsewhere', () => {
    expect(
      ids(
        aChange({ id: 'later', occurredAt: addMinutes(startedAt, 1) }),
        aChange({ id: 'cancelled', occurredAt: ago(3), status: 'cancelled' }),
        aChange({ id: 'staging', occurredAt: ago(3), environment: 'staging' }),
        aChange({ id: 'a merge', occurredAt: ago(3), environment: null }),
      ),
    ).toEqual([]);
  });

  it('has the changes of all environments where none is known', () => {
    const staging = aChange({ environment: 'staging', occurredAt: ago(3) });

    expect(byRecency([staging], { environment: null, startedAt })).toEqual([staging]);
  });
});

describe('a replay', () => {
  const changes = ['1', '2', '3'].map((id) => aChange({ id, kind: 'config', occurredAt: ago(10 - Number(id)) }));

  it('says where the cause is, among suspects and by recency', () => {
    const incident = anIncident({ changes, causes: ['2'] });

    expect(replay(incident, ranked('1!', '2'))).toMatchObject({
      kind: 'config',
      rank: 2,
      recencyRank: 2,
      suspects: 2,
      likely: 1,
      likelyRight: 0,
      pool: 3,
    });
  });

  it('takes the first of several causes that is found', () => {
    expect(replay(anIncident({ changes, causes: ['2', '3'] }), ranked('1', '3!', '2!'))).toMatchObject({
      rank: 2,
      recencyRank: 1,
      likelyRight: 2,
    });
  });

  it('says why the cause was ruled out', () => {
    expect(replay(anIncident({ changes, causes: ['2'] }), ranked('1'))).toMatchObject({
      rank: null,
      ruledOut: 'staging only',
    });
  });

  it('knows nothing of what came after suspects were asked for', () => {
    const incident = anIncident({
      changes: [
        aChange({ id: 'running', occurredAt: ago(1), finishedAt: addMinutes(startedAt, 20), status: 'failed' }),
        aChange({ id: 'later', occurredAt: addMinutes(startedAt, 11) }),
      ],
      causes: ['running'],
    });
    const seen: Change[] = [];

    replay(incident, (known, context) => {
      seen.push(...known);
      expect(context).toMatchObject({ onset: startedAt, now: incident.askedAt });
      return { suspects: [], ruledOut: [] };
    });

    expect(seen).toMatchObject([{ id: 'running', status: 'started', finishedAt: null }]);
  });
});

describe('the figures', () => {
  const change = aChange({ id: '1', occurredAt: ago(1) });
  const caused = (rank: Rank) => replay(anIncident({ changes: [change], causes: ['1'] }), rank);
  const uncaused = (rank: Rank) => replay(anIncident({ changes: [change] }), rank);
  const at = (rank: number | null, recencyRank: number | null): Outcome => ({
    ...caused(ranked('1')),
    rank,
    recencyRank,
  });

  it('count how far down the cause is', () => {
    const figures = figuresOf([at(1, 6), at(3, 1), at(5, null), at(null, null)]);

    expect(figures.suspects).toMatchObject({ top1: { count: 1 }, top3: { count: 2 }, top5: { count: 3, of: 4 } });
    expect(figures.suspects.meanReciprocalRank).toBeCloseTo((1 + 1 / 3 + 1 / 5) / 4);
    expect(figures.recency).toMatchObject({ top1: { count: 1 }, top5: { count: 1 } });
    expect(figures).toMatchObject({ incidents: 4, onlySuspects: 2, onlyRecency: 0 });
  });

  it('keep incidents that no change caused apart, but for what was called likely', () => {
    const figures = figuresOf([caused(ranked('1!')), caused(ranked()), uncaused(ranked('1!')), uncaused(ranked())]);

    expect(figures).toMatchObject({
      incidents: 2,
      likelyRight: { count: 1, of: 2 },
      abstained: { count: 1, of: 2 },
      withoutCause: { incidents: 2, abstained: { count: 1, of: 2 }, falselyLikely: { count: 1, of: 2 } },
    });
  });

  it('are given for each kind of cause, most frequent first', () => {
    const deploys = [at(1, 1), at(2, 2)];

    expect(figuresOf([{ ...at(1, 1), kind: 'flag' }, ...deploys]).byKind).toMatchObject([
      { kind: 'deploy', incidents: 2, suspects: { top1: { count: 1, of: 2 } } },
      { kind: 'flag', incidents: 1 },
    ]);
  });

  it('meet a goal only where there is something to count', () => {
    expect(goalsOf(figuresOf([])).map(({ met }) => met)).toEqual([false, false, false, false]);
    expect(goalsOf(figuresOf([caused(ranked('1!'))])).map(({ name, met }) => [name, met])).toEqual([
      ['top-1', true],
      ['top-5', true],
      ['top-5 above recency', false],
      ['likely and right', true],
    ]);
  });
});
