import type { BackportPull } from './pull.ts';
import type { PullStanding, Review } from '../event.ts';

type Standing = Pick<PullStanding, 'state' | 'draft' | 'asked'>;

/**
 * Where a pull request stands, whose review counts or is awaited, and who has approved it. A reviewer's last verdict counts, a comment is
 * none, and who is asked again has not decided.
 */
export function pullStateOf(
  { state, draft, asked }: Standing,
  reviews: readonly Review[],
): Pick<BackportPull, 'state' | 'reviewers' | 'approvers'> {
  const verdicts = new Map<string, Review['verdict']>();
  for (const { by, verdict } of reviews.toSorted((a, b) => compare(a.at, b.at))) {
    const login = by.login ?? by.name ?? 'ghost';
    if (verdict !== 'commented') verdicts.set(login, verdict);
  }
  const decided = [...verdicts].filter(([login, verdict]) => verdict !== 'dismissed' && !asked.includes(login));
  const reviewers = (asked.length > 0 ? asked : decided.map(([login]) => login)).slice(0, 50);
  const approvers = decided.flatMap(([login, verdict]) => (verdict === 'approved' ? [login] : [])).slice(0, 50);
  const people = { reviewers, approvers };
  if (state !== 'open') return { state, ...people };
  if (draft) return { state: 'draft', ...people };
  if (decided.some(([, verdict]) => verdict === 'changes-requested')) return { state: 'changes-requested', ...people };
  return { state: approvers.length > 0 ? 'approved' : 'review-wanted', ...people };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
