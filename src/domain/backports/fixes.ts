/** A commit of a history, as far as is needed to see what came together. */
export interface Linked {
  readonly commit: string;
  /** The first is the branch that a merge was made on. */
  readonly parents: readonly string[];
}

export interface Fix<Commit> {
  readonly pullRequest: number | null;
  /** Oldest first; at the end the merge that brought the others, where there was one. */
  readonly commits: readonly Commit[];
}

/**
 * What came together: the commits of one pull request are one fix, however it was merged; any other is one for itself.
 * Of a merge that is no pull request nothing is left but what it brought. `commits`: everything that leads to the first,
 * newest first; `numberOf`: the pull request that a commit says it is, or merges.
 */
export function fixesIn<Commit extends Linked>(
  commits: readonly Commit[],
  numberOf: (commit: Commit) => number | null,
): readonly Fix<Commit>[] {
  const known = new Map(commits.map((commit) => [commit.commit, commit]));
  const numbers = new Map<string, number | null>();
  const [tip] = commits;
  const lines: { readonly from: string; readonly number: number | null }[] =
    tip === undefined ? [] : [{ from: tip.commit, number: null }];
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const chain = chainFrom(line.from, known, numbers);
    for (const each of chain) numbers.set(each.commit, line.number ?? numberOf(each));
    // The oldest merge brought what newer ones only have too: it comes last, and so is taken first.
    for (const each of chain) {
      const number = numbers.get(each.commit) ?? null;
      for (const parent of each.parents.slice(1)) lines.push({ from: parent, number });
    }
  }
  const fixes = new Map<string, Commit[]>();
  for (const each of commits.toReversed()) {
    const number = numbers.get(each.commit) ?? null;
    if (number === null && each.parents.length > 1) continue;
    const key = number === null ? each.commit : `#${number}`;
    fixes.set(key, [...(fixes.get(key) ?? []), each]);
  }
  return [...fixes.values()].map((together) => ({
    pullRequest: numbers.get(together[0]?.commit ?? '') ?? null,
    commits: together,
  }));
}

function chainFrom<Commit extends Linked>(
  from: string,
  known: ReadonlyMap<string, Commit>,
  taken: ReadonlyMap<string, unknown>,
): readonly Commit[] {
  const chain: Commit[] = [];
  for (let next = known.get(from); next !== undefined && !taken.has(next.commit);) {
    chain.push(next);
    next = known.get(next.parents[0] ?? '');
  }
  return chain;
}

const merged = /^Merge (?:pull request|PR) [#!](\d{1,9})\b/i;
const squashed = /\((?:#|!|GH-)(\d{1,9})\)$/i;
const seeMergeRequest = /^See merge request (?:[\w./-]*)!(\d{1,9})$/m;

/** The pull request that a message says it is or merges, not one that it only speaks of. */
export function ownPullRequest(message: string): number | null {
  const [first = ''] = message.split('\n', 1);
  const found = merged.exec(first)?.[1] ?? squashed.exec(first.trim())?.[1] ?? seeMergeRequest.exec(message)?.[1];
  return found === undefined ? null : Number(found);
}
