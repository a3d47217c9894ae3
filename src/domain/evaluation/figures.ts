import type { Kind } from '../change.ts';
import { type Proportion, proportion } from '../proportion.ts';
import type { Outcome } from './replay.ts';

/** How well one order of the changes finds the cause. */
interface Found {
  readonly top1: Proportion;
  readonly top3: Proportion;
  readonly top5: Proportion;
  /** Mean of 1/rank, 0 where the cause is not within what is read; null of nothing. */
  readonly meanReciprocalRank: number | null;
}

export interface Comparison {
  readonly incidents: number;
  readonly suspects: Found;
  readonly recency: Found;
}

export interface Figures extends Comparison {
  /** Incidents that a change caused: what is found is counted among these. */
  readonly incidents: number;
  readonly byKind: readonly (Comparison & { readonly kind: Kind })[];
  /** Of the incidents that have their cause among the first five of one order, how many the other has not. */
  readonly onlySuspects: number;
  readonly onlyRecency: number;
  /** Of all suspects called likely, also where no change was the cause. */
  readonly likelyRight: Proportion;
  /** A change was the cause, and no suspect was named. */
  readonly abstained: Proportion;
  readonly withoutCause: {
    readonly incidents: number;
    readonly abstained: Proportion;
    /** Some change was called likely all the same. */
    readonly falselyLikely: Proportion;
  };
  /** Changes among which a cause had to be found: median. Null of nothing. */
  readonly pool: number | null;
}

export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const caused = outcomes.filter(({ kind }) => kind !== null);
  const without = outcomes.filter(({ kind }) => kind === null);
  const among = (rank: number | null) => rank !== null && rank <= 5;
  return {
    ...compare(caused),
    byKind: [...Map.groupBy(caused, ({ kind }) => kind)]
      .flatMap(([kind, each]) => (kind === null ? [] : [{ kind, ...compare(each) }]))
      .toSorted((a, b) => b.incidents - a.incidents),
    onlySuspects: caused.filter(({ rank, recencyRank }) => among(rank) && !among(recencyRank)).length,
    onlyRecency: caused.filter(({ rank, recencyRank }) => !among(rank) && among(recencyRank)).length,
    likelyRight: proportion(sum(outcomes, 'likelyRight'), sum(outcomes, 'likely')),
    abstained: share(caused, ({ suspects }) => suspects === 0),
    withoutCause: {
      incidents: without.length,
      abstained: share(without, ({ suspects }) => suspects === 0),
      falselyLikely: share(without, ({ likely }) => likely > 0),
    },
    pool: median(caused.map(({ pool }) => pool)),
  };
}

function compare(outcomes: readonly Outcome[]): Comparison {
  return {
    incidents: outcomes.length,
    suspects: found(outcomes.map(({ rank }) => rank)),
    recency: found(outcomes.map(({ recencyRank }) => recencyRank)),
  };
}

function found(ranks: readonly (number | null)[]): Found {
  const within = (most: number) => share(ranks, (rank) => rank !== null && rank <= most);
  const reciprocals = ranks.map((rank) => (rank === null ? 0 : 1 / rank));
  return {
    top1: within(1),
    top3: within(3),
    top5: within(5),
    meanReciprocalRank: ranks.length === 0 ? null : reciprocals.reduce((a, b) => a + b, 0) / ranks.length,
  };
}

function share<T>(items: readonly T[], is: (item: T) => boolean): Proportion {
  return proportion(items.filter(is).length, items.length);
}

function sum(outcomes: readonly Outcome[], field: 'likely' | 'likelyRight'): number {
  return outcomes.reduce((total, outcome) => total + outcome[field], 0);
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
