import { join } from 'node:path';
import { isCommit, isRepositoryName } from './mirror.ts';
import { type GitOrigin, runGit } from './run-git.ts';

const timeout = 30_000;

/**
 * Whether the history of one commit holds another, by the mirror as it is: nothing is cloned or fetched for it. Null: the
 * mirror is not there, or lacks one of the two.
 */
export async function contains(
  origin: GitOrigin,
  repository: string,
  { part, whole }: { readonly part: string; readonly whole: string },
): Promise<boolean | null> {
  if (!isRepositoryName(repository) || !isCommit(part) || !isCommit(whole)) return null;
  const gitDir = join(origin.folder, `${repository}.git`);
  const found = await runGit(origin, ['merge-base', '--is-ancestor', part, whole], { gitDir, timeout });
  if (found.outcome === 'done') return true;
  // 1 is git's word for "no"; any other is a failure.
  return found.code === 1 ? false : null;
}
