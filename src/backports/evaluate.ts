import { commitNames } from '../domain/evidence/commit-names.ts';
import type { Evidence } from '../domain/evidence/ladder.ts';
import { runGit } from '../git/run-git.ts';
import { streamGit } from '../git/stream-git.ts';
import { type VerifyOptions, verifyBackports } from './verify.ts';

export interface Pair {
  /** The commit that was picked. */
  readonly commit: string;
  /** What it became on the target, as its trailer says. */
  readonly pick: string;
}

/** How well backports are found on one target whose trailers are hidden. */
export interface Evaluation {
  readonly target: string;
  readonly pairs: number;
  /** Called backported, or reverted where the pick was taken back later. */
  readonly found: number;
  readonly asked: readonly (Pair & Evidence)[];
  readonly missed: readonly (Pair & Evidence)[];
  /** With all its picks taken out of the target: whatever is called backported then is wrong, or a twin. */
  readonly wrong: readonly (Pair & Evidence)[];
  /** What `git cherry` would find: the same patch. */
  readonly cherry: number;
}

export type Evaluated =
  | { readonly outcome: 'evaluated'; readonly evaluation: Evaluation }
  | { readonly outcome: 'unreadable'; readonly why: string };

const minute = 60_000;

/**
 * Takes the trailers `(cherry picked from commit …)` of a target for the truth, hides them, and looks for what they say;
 * then once more with each true pick taken away.
 */
export async function evaluateTarget(
  options: Omit<VerifyOptions, 'ignoreTrailers' | 'source'> & { readonly source: string },
): Promise<Evaluated> {
  const pairs = await pairsOf(options);
  if ('why' in pairs) return { outcome: 'unreadable', why: pairs.why };
  const hidden = { ...options, ignoreTrailers: true };
  // What was picked twice is there as long as one of the two is.
  const picks = new Map<string, string[]>();
  for (const { commit, pick } of pairs) picks.set(commit, [...(picks.get(commit) ?? []), pick]);
  // Both at once: what is read of the repository is shared.
  const queries = [
    ...pairs.map(({ commit }) => ({ commit, excluded: [] })),
    ...pairs.map(({ commit }) => ({ commit, excluded: picks.get(commit) ?? [] })),
  ];
  const verified = await verifyBackports(hidden, queries);
  if (verified.outcome === 'unreadable') return verified;
  const cherry = await samePatches(options);
  if ('why' in cherry) return { outcome: 'unreadable', why: cherry.why };
  const all = pairs.map((pair, index) => ({ ...pair, ...evidenceAt(verified.evidence, index) }));
  const without = pairs.map((pair, index) => ({ ...pair, ...evidenceAt(verified.evidence, pairs.length + index) }));
  const isClaim = ({ verdict }: Evidence) => verdict === 'backported' || verdict === 'reverted';
  return {
    outcome: 'evaluated',
    evaluation: {
      target: options.target,
      pairs: pairs.length,
      found: all.filter(isClaim).length,
      asked: all.filter(({ verdict }) => verdict === 'ask'),
      missed: all.filter((each) => !isClaim(each) && each.verdict !== 'ask'),
      wrong: without.filter(isClaim),
      cherry: pairs.filter(({ commit }) => cherry.commits.has(commit)).length,
    },
  };
}

function evidenceAt(evidence: readonly Evidence[], index: number): Evidence {
  const one = evidence[index];
  if (one === undefined) throw new Error('every query has its evidence');
  return one;
}

type EvaluateOptions = Parameters<typeof evaluateTarget>[0];

/** Commits of the target that name where they were picked from, when the source has that commit. */
async function pairsOf({
  origin,
  gitDir,
  source,
  target,
}: EvaluateOptions): Promise<readonly Pair[] | { readonly why: string }> {
  const named: Pair[] = [];
  let commit = '';
  const read = await streamGit(origin, ['log', '--no-merges', '--format=%x00%H%n%B', `${source}..${target}`], {
    gitDir,
    timeout: 5 * minute,
    input: '',
    line: (text) => {
      if (text.startsWith('\0')) commit = text.slice(1);
      else
        for (const each of commitNames(`\n${text}`, { ignoreTrailers: false }).origins)
          named.push({ commit: each, pick: commit });
    },
  });
  if (read.outcome === 'failed') return { why: read.error };
  const onSource = new Map<string, string>();
  const listing = await streamGit(origin, ['rev-list', source], {
    gitDir,
    timeout: 5 * minute,
    input: '',
    line: (text) => onSource.set(text.slice(0, 7), text),
  });
  if (listing.outcome === 'failed') return { why: listing.error };
  return named.flatMap(({ commit: short, pick }) => {
    const whole = onSource.get(short.slice(0, 7));
    return whole?.startsWith(short) === true ? [{ commit: whole, pick }] : [];
  });
}

/** Commits of the source that git itself holds for picked: the same patch is on the target. */
async function samePatches({
  origin,
  gitDir,
  source,
  target,
}: EvaluateOptions): Promise<{ readonly commits: ReadonlySet<string> } | { readonly why: string }> {
  const args = ['rev-list', '--cherry-mark', '--left-right', '--no-merges', `${source}...${target}`];
  const marked = await runGit(origin, args, { gitDir, timeout: 15 * minute });
  if (marked.outcome === 'failed') return { why: marked.error };
  const same = marked.output.split('\n').filter((line) => line.startsWith('='));
  return { commits: new Set(same.map((line) => line.slice(1))) };
}
