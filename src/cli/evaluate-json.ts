import type { Suspect } from '../domain/answer.ts';
import type { Comparison, Figures } from '../domain/evaluation/figures.ts';
import { goalsOf } from '../domain/evaluation/goals.ts';
import type { Outcome } from '../domain/evaluation/replay.ts';

/** The evaluation for programs. `outcomes`: each incident's; null when they were not asked for. */
export function evaluationJson(figures: Figures, outcomes: readonly Outcome[] | null): object {
  const { withoutCause } = figures;
  return {
    ...comparisonJson(figures),
    top5_only_suspects: figures.onlySuspects,
    top5_only_recency: figures.onlyRecency,
    likely_right: figures.likelyRight,
    abstained: figures.abstained,
    without_cause: {
      incidents: withoutCause.incidents,
      abstained: withoutCause.abstained,
      falsely_likely: withoutCause.falselyLikely,
    },
    pool: figures.pool,
    by_kind: figures.byKind.map((each) => ({ kind: each.kind, ...comparisonJson(each) })),
    goals: goalsOf(figures).map(({ name, value, atLeast, met }) => ({ name, value, at_least: atLeast, met })),
    ...(outcomes === null ? {} : { outcomes: outcomes.map(outcomeJson) }),
  };
}

function comparisonJson({ incidents, suspects, recency }: Comparison) {
  return { incidents, suspects: foundJson(suspects), recency: foundJson(recency) };
}

function foundJson({ top1, top3, top5, meanReciprocalRank }: Comparison['suspects']) {
  return { top1, top3, top5, mean_reciprocal_rank: meanReciprocalRank };
}

function outcomeJson({ id, kind, rank, recencyRank, first, cause, ruledOut }: Outcome) {
  return {
    id,
    kind,
    rank,
    recency_rank: recencyRank,
    first: first === null ? null : suspectJson(first),
    cause: cause === null ? null : suspectJson(cause),
    ruled_out: ruledOut,
  };
}

function suspectJson({ change, score, likelihood, reasons }: Suspect) {
  return { change: change.id, title: change.title, score, likelihood, reasons };
}
