import type { Change } from './change.ts';

/** `Revert "Retry payment calls"`, `revert: retry payment calls (#815)`, `Reverts #812` */
const reverting = /^\W*(?:revert(?:s|ed|ing)?|rollback(?: of)?|roll back)\b[\s:]*(.+)$/i;
const trailingNumber = /\s*\(#\d+\)\s*$/;
const number = /^(?:pr|pull request|mr|merge request)?\s*(?:[\w.-]+\/[\w.-]+)?[#!](\d+)\W*$/i;

/** What the titles in a change say that it reverts: a title, or `#812`. */
export function revertedIn(change: Change): readonly string[] {
  const { title, pullRequest, carried, commits } = change;
  const found = [reversal(title), reversal(pullRequest?.title), ...reversals(commits)];
  // What a rollback took away is not what it brought.
  if (carried?.direction === 'forward') found.push(...reversals(carried.pullRequests), ...reversals(carried.commits));
  return found.filter((each) => each !== null);
}

function reversals(told: readonly { readonly title?: string }[]): readonly (string | null)[] {
  return told.length === 0 ? [] : told.map(({ title }) => reversal(title));
}

function reversal(title: string | undefined): string | null {
  const what = title === undefined ? undefined : reverting.exec(title)?.[1];
  if (what === undefined) return null;
  const numbered = number.exec(what)?.[1];
  return numbered === undefined ? plain(what) : `#${numbered}`;
}

/**
 * What a change would be called when it is reverted. Of several things that a deploy carried, taking one back leaves the
 * others: only what it carried alone stands for all of it.
 */
export function revertible(change: Change): readonly string[] {
  const { title, pullRequest, carried, commits } = change;
  const pulls = carried?.pullRequests ?? [];
  const brought = pulls.length > 0 ? pulls : (carried?.commits ?? commits);
  const alone = brought.length === 1 ? [brought[0]?.title] : [];
  const numbers = [pullRequest, pulls.length === 1 ? pulls[0] : null].flatMap((each) =>
    each ? [`#${each.number}`] : [],
  );
  const names = [title, pullRequest?.title, ...alone].flatMap((each) => (each === undefined ? [] : [plain(each)]));
  return [...new Set([...names, ...numbers])].filter((name) => name !== '');
}

function plain(title: string): string {
  return title
    .replace(trailingNumber, '')
    .toLowerCase()
    .replaceAll(/^[\s"'“”„`]+|[\s"'“”`]+$/g, '')
    .replace(trailingNumber, '');
}
