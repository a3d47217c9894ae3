import type { BackportPullState } from './backport-pull.ts';
import type { PullStanding, Review } from './event.ts';

type Standing = Pick<PullStanding, 'state' | 'draft' | 'asked'>;

/**
 * Where a pull request stands, and whose review counts or is awaited. A reviewer's last verdict counts, a comment is
 * none, and who is asked again has not decided.
 */
export function pullStateOf(
  { state, draft, asked }: Standing,
  reviews: readonly Review[],
): { readonly state: BackportPullState; readonly reviewers: readonly string[] } {
  const verdicts = new Map<string, Review['verdict']>();
  for (const { by, verdict } of reviews.toSorted((a, b) => compare(a.at, b.at))) {
    const login = by.login ?? by.name ?? 'ghost';
    if (verdict !== 'commented') verdicts.set(login, verdict);
  }
  const decided = [...verdicts].filter(([login, verdict]) => verdict !== 'dismissed' && !asked.includes(login));
  const reviewers = (asked.length > 0 ? asked : decided.map(([login]) => login)).slice(0, 50);
  const has = (wanted: Review['verdict']) => decided.some(([, verdict]) => verdict === wanted);
  if (state !== 'open') return { state, reviewers };
  if (draft) return { state: 'draft', reviewers };
  if (has('changes-requested')) return { state: 'changes-requested', reviewers };
  return { state: has('approved') ? 'approved' : 'review-wanted', reviewers };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
