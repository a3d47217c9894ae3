import { afterMerge } from './backports/after-merge.ts';
import type { BackportPick, BackportPull } from './backports/pull.ts';
import type { Backport, BackportCommit } from './backports/backport.ts';
import { backportBranch } from './backports/brings-home.ts';

/** Who opens pull requests where repositories come from: we do, GitLab when a push tells it to, or a person. */
export type PullOpening = 'ours' | 'push' | 'person';

/** What somebody runs in a clone where we do not bring a fix home. */
export interface ByHand {
  readonly opening: PullOpening;
  readonly commands: readonly string[];
}

/** What is picked of a fix: each of its commits that has not come, or the merge that brought it where nothing else is known. */
export function toPick({ commits }: Pick<Backport, 'commits'>): readonly BackportCommit[] {
  const parts = commits.filter(({ isMerge }) => !isMerge);
  return (parts.length === 0 ? commits : parts).filter(({ evidence }) => evidence.verdict !== 'backported');
}

const waiting: ReadonlySet<Backport['state']> = new Set<Backport['state']>(['open', 'candidate', 'not-evaluable']);
const over: ReadonlySet<BackportPull['state']> = new Set<BackportPull['state']>(['failed', 'closed']);

/** Null: it need not be, or there is nothing to pick. */
export function byHandOf(
  backport: Backport,
  { pull, pick }: { readonly pull: BackportPull | null; readonly pick: BackportPick | null },
  opening: PullOpening,
): ByHand | null {
  const commits = toPick(backport);
  const isNeeded = opening !== 'ours' || pick?.outcome === 'conflicts' || pull?.state === 'failed';
  if (!isNeeded || commits.length === 0 || backport.repository === null || !waiting.has(backport.state)) return null;
  if (pull !== null && !over.has(pull.state) && afterMerge(backport, pull) !== 'in-vain') return null;
  const base = pick === null || pick.outcome === 'unknown' ? null : pick.base;
  return { opening, commands: handCommands({ base, branch: backportBranch(backport, 1), commits, opening }) };
}

interface Handwork {
  /** Null: the default branch. */
  readonly base: string | null;
  readonly branch: string;
  readonly commits: readonly Pick<BackportCommit, 'commit' | 'isMerge'>[];
  readonly opening: PullOpening;
}

/** More are not told one by one. */
const mostCommits = 15;

export function handCommands({ base, branch, commits, opening }: Handwork): readonly string[] {
  const names = commits.slice(0, mostCommits).map(({ commit }) => commit);
  const picked = commits.length > names.length ? [...names, '…'] : names;
  const mainline = commits.some(({ isMerge }) => isMerge) ? ' -m 1' : '';
  const target = base === null ? [] : ['-o', quoted(`merge_request.target=${base}`)];
  const options = opening === 'push' ? ['-o', 'merge_request.create', ...target] : [];
  return [
    'git fetch origin',
    `git switch -c ${branch} ${quoted(`origin/${base ?? 'HEAD'}`)}`,
    `git cherry-pick -x${mainline} ${picked.join(' ')}`,
    ['git push -u', ...options, 'origin', branch].join(' '),
  ];
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
