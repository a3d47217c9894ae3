import { betterThings } from './better.ts';
import { chartOf, openIn, scoreAt } from './chart.ts';
import { detailsOf } from './details.ts';
import type { Composed, Digest, DigestHead } from './digest.ts';
import { type DigestFacts, type DigestScope, type PairFacts, areInScope } from './facts.ts';
import { isSamePair } from './pairs.ts';
import { riskWords } from './risk-words.ts';
import { isLate } from './schedule.ts';
import { type Ranked, rankThings } from './worst.ts';
import { groupServices, groupsOf } from '../parity/groups.ts';

export interface DigestAsked {
  readonly scope: DigestScope;
  readonly dueAt: Date;
  /** The last one of the same channel, a week ago; null: there is none. */
  readonly previous: Digest | null;
}

const mostWorst = 3;
const mostBetter = 4;
const mostFresh = 3;

/** What a channel is told. Pure: the same facts give the same digest. */
export function composeDigest(facts: DigestFacts, { scope, dueAt, previous }: DigestAsked): Composed {
  const [usual, ...others] = facts.pairs;
  const ranked = rankThings(facts, scope);
  const better = betterThings(facts, scope);
  const digest: Digest = {
    at: facts.at.toISOString(),
    dueAt: dueAt.toISOString(),
    late: isLate(dueAt, facts.at),
    services: scope.services === null ? null : [...scope.services].toSorted(),
    head: headOf(usual, facts, scope, previous?.head ?? null),
    others: others.map((pair) => {
      const before = previous?.others.find((each) => isSamePair(each.pair, pair.report.pair));
      return headOf(pair, facts, scope, before ?? null);
    }),
    worst: ranked.slice(0, mostWorst).map(({ kind, title, says, owner, act }) => ({ kind, title, says, owner, act })),
    todo: ranked.length,
    fresh: freshOf(ranked.slice(mostWorst)),
    better: better.slice(0, mostBetter),
    betterInAll: better.length,
    chart: chartOf(facts, scope),
    details: detailsOf(facts, scope),
    measures: scope.services === null ? facts.measures : null,
    risks: riskWords(facts.risks, scope),
  };
  const why = whyQuiet(digest);
  return why === null ? { outcome: 'say', digest } : { outcome: 'quiet', digest, why };
}

function freshOf(rest: readonly Ranked[]): NonNullable<Digest['fresh']> {
  const fresh = rest.filter((each) => each.fresh);
  return { titles: fresh.slice(0, mostFresh).map(({ title }) => title), inAll: fresh.length };
}

function headOf(
  given: PairFacts | undefined,
  { weeks, backports, at }: DigestFacts,
  scope: DigestScope,
  previous: DigestHead | null,
): DigestHead {
  const pair = given?.report.pair ?? { reference: 'production', mirror: 'staging' };
  const ofAll = scope.services === null;
  const weekAgo = new Date(at.getTime() - 7 * 86_400_000);
  const kept = ofAll ? scoreAt(given?.scores ?? [], weekAgo) : null;
  const counted = weeks.at(-1);
  const before = weeks.at(-2);
  const shown = backports.filter(({ backport }) => isSamePair(backport, pair));
  return {
    pair,
    score: ofAll ? (given?.report.score.score ?? null) : null,
    coverage: ofAll ? (given?.report.score.coverage ?? null) : null,
    unexplained: given === undefined ? 0 : unexplainedIn(given, scope),
    backports: counted === undefined ? shown.length : openIn(counted.open, scope, pair),
    before: {
      // What people were told a week ago; where they were told nothing, what was kept then.
      score: previous?.score ?? kept?.score ?? null,
      unexplained: previous?.unexplained ?? kept?.unexplained ?? null,
      backports: before === undefined ? null : openIn(before.open, scope, pair),
    },
  };
}

/** As /parity counts them: by fact. */
function unexplainedIn({ report }: PairFacts, scope: DigestScope): number {
  return groupsOf(report.differences)
    .filter((group) => group.verdict === 'unexplained')
    .filter((group) => areInScope(scope, groupServices(group)))
    .reduce((sum, { differences }) => sum + differences.length, 0);
}

/** Null: there is something to say. */
function whyQuiet({ head, others, todo, betterInAll, details }: Digest): string | null {
  if (todo > 0 || betterInAll > 0) return null;
  if (details.services.length === 0 && head.score === null && others.every(({ score }) => score === null)) {
    return 'Nothing is known yet that could be compared.';
  }
  return [head, ...others].every(isSame) ? 'Nothing changed since last week, and there is nothing to do.' : null;
}

function isSame({ score, unexplained, backports, before }: DigestHead): boolean {
  const whole = (value: number | null) => (value === null ? null : Math.round(value));
  // Of the first week nobody knows whether it is the same.
  if (before.unexplained === null && before.backports === null) return false;
  return (
    whole(score) === whole(before.score) &&
    unexplained === (before.unexplained ?? unexplained) &&
    backports === (before.backports ?? backports)
  );
}
