import { fetchBranches, type Mirrored, mirrorWith } from './mirror.ts';
import { type GitOrigin, runGit } from './run-git.ts';

export type Fresh =
  | (Mirrored & { readonly outcome: 'unreadable' })
  /** Null: the repository is empty, or does not say which of its branches is meant when none is named. */
  | { readonly outcome: 'mirrored'; readonly gitDir: string; readonly defaultBranch: string | null };

const minute = 60_000;

/** As `mirrorWith`, with every branch as it is now: a commit may be here that its branch no longer has. */
export async function freshMirror(
  origin: GitOrigin,
  repository: string,
  commits: readonly string[] = [],
): Promise<Fresh> {
  const mirrored = await mirrorWith(origin, repository, commits);
  if (mirrored.outcome === 'unreadable') return mirrored;
  const { gitDir } = mirrored;
  const stale = await fetchBranches(origin, repository, gitDir);
  if (stale !== null) return stale;
  const head = await runGit(origin, ['ls-remote', '--symref', 'origin', 'HEAD'], { gitDir, timeout: minute });
  if (head.outcome === 'failed') {
    return { outcome: 'unreadable', why: `${repository} could not be read (${head.error})`, again: true };
  }
  const defaultBranch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(head.output)?.[1] ?? null;
  return { outcome: 'mirrored', gitDir, defaultBranch };
}
