import type { Pair } from '../comparison/difference.ts';
import type { DigestChart } from './digest.ts';
import { isSamePair } from './pairs.ts';
import { type DayScore, type DigestFacts, type DigestScope, type OpenBackports, isInScope } from './facts.ts';

const day = 86_400_000;
/** A score that is older than this says nothing of its week. */
const fresh = 7 * day;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Of the usual pair. Of some services alone no score is kept. */
export function chartOf({ weeks, pairs: [usual] }: DigestFacts, scope: DigestScope): DigestChart {
  const kept = weeks.map(({ at }) => scoreAt(usual?.scores ?? [], at)?.score ?? null);
  const scores = [...kept.slice(0, -1), usual?.report.score.score ?? kept.at(-1) ?? null];
  const isKnown = scope.services === null && weeks.length > 0 && scores.some((score) => score !== null);
  return {
    labels: weeks.map(({ at }) => `${months[at.getUTCMonth()] ?? ''} ${at.getUTCDate()}`),
    scores: isKnown ? scores : null,
    backports: weeks.map(({ open }) => openIn(open, scope)),
  };
}

/** `pair` null: in all of them. */
export function openIn(open: readonly OpenBackports[], scope: DigestScope, pair: Pair | null = null): number {
  return open
    .filter((each) => isInScope(scope, each.service) && (pair === null || isSamePair(each.pair, pair)))
    .reduce((sum, { count }) => sum + count, 0);
}

/** The last that was kept by then, and not long before. */
export function scoreAt(scores: readonly DayScore[], at: Date): DayScore | null {
  const until = at.toISOString().slice(0, 10);
  const from = new Date(at.getTime() - fresh).toISOString().slice(0, 10);
  return scores.findLast((each) => each.day <= until && each.day > from) ?? null;
}
