import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { mayBeReadLater } from './reach.ts';
import { type GitOrigin, type GitResult, runGit } from './run-git.ts';

export type Mirrored =
  | { readonly outcome: 'mirrored'; readonly gitDir: string }
  /**
   * `why`: for people. Nothing is known about the commits: it does not mean that they are missing. `again`: nothing says
   * that it will stay so.
   */
  | { readonly outcome: 'unreadable'; readonly why: string; readonly again: boolean };

const minute = 60_000;
const branchesAndTags = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/**
 * A local mirror of `owner/name` that holds these commits (40 hex), cloned or brought up to date only when it lacks one.
 * Processes may do this at once: a clone appears whole or not at all, and whoever loses a race for a branch finds that
 * the other brought the commits.
 */
export async function mirrorWith(origin: GitOrigin, repository: string, commits: readonly string[]): Promise<Mirrored> {
  const refused = (why: string): Mirrored => ({ outcome: 'unreadable', why, again: false });
  if (!isRepositoryName(repository)) return refused('that is no repository name');
  if (!commits.every(isCommit)) return refused('a version is not a whole commit id');
  const gitDir = join(origin.folder, `${repository}.git`);
  if (!(await exists(gitDir))) {
    const cloned = await clone(origin, repository, gitDir);
    if (cloned !== null) return unreadable(origin, repository, cloned);
  }
  const missing = await lacking(origin, gitDir, commits);
  if (missing.length === 0) return { outcome: 'mirrored', gitDir };
  const fetched = await fetchRefs(origin, gitDir, branchesAndTags);
  const still = await lacking(origin, gitDir, missing);
  if (still.length === 0) return { outcome: 'mirrored', gitDir };
  // A commit of a branch that is gone can still be asked for by its name.
  const named = await fetchRefs(origin, gitDir, still);
  if ((await lacking(origin, gitDir, still)).length === 0) return { outcome: 'mirrored', gitDir };
  if (fetched.outcome === 'failed') return unreadable(origin, repository, fetched.error);
  if (named.outcome === 'failed' && named.code === null) return unreadable(origin, repository, named.error);
  return refused(`${repository} has no commit ${still.map((commit) => commit.slice(0, 7)).join(' and no ')}`);
}

/** Brings every branch of a mirror up to date. Null: done; of two at once, the one that loses a race for a branch asks again. */
export async function fetchBranches(
  origin: GitOrigin,
  repository: string,
  gitDir: string,
): Promise<(Mirrored & { readonly outcome: 'unreadable' }) | null> {
  for (let attempt = 1; ; attempt += 1) {
    const fetched = await fetchRefs(origin, gitDir, branchesAndTags);
    if (fetched.outcome === 'done') return null;
    const lost = /cannot lock ref|unable to update local ref|File exists/i.test(fetched.error);
    if (!lost || attempt === 3) return unreadable(origin, repository, fetched.error);
  }
}

async function unreadable(
  origin: GitOrigin,
  repository: string,
  why: string,
): Promise<Mirrored & { readonly outcome: 'unreadable' }> {
  const again = await mayBeReadLater(origin, urlsOf(origin, repository));
  return { outcome: 'unreadable', why: `${repository} could not be read (${why})`, again };
}

/** Prunes, because a new branch `a/b` finds no place while an old one `a` stands. The commits stay. */
function fetchRefs(origin: GitOrigin, gitDir: string, refs: readonly string[]): Promise<GitResult> {
  const prune = refs.some((ref) => ref.includes('*')) ? ['--prune'] : [];
  const args = ['fetch', '--quiet', '--no-write-fetch-head', '--no-tags', ...prune, 'origin', ...refs];
  return runGit(origin, args, { gitDir, timeout: 5 * minute });
}

function urlsOf(origin: GitOrigin, repository: string): readonly string[] {
  const url = `${origin.baseUrl.replace(/\/+$/, '')}/${repository}`;
  return [`${url}.git`, url];
}

/** Null when the clone is there, by us or by another process; otherwise why not. */
async function clone(origin: GitOrigin, repository: string, gitDir: string): Promise<string | null> {
  const unfinished = `${gitDir}.${randomUUID()}`;
  await mkdir(dirname(gitDir), { recursive: true });
  try {
    let why = '';
    for (const url of urlsOf(origin, repository)) {
      const cloned = await runGit(origin, ['clone', '--quiet', '--bare', '--', url, unfinished], {
        timeout: 15 * minute,
      });
      if (cloned.outcome === 'done') {
        await rename(unfinished, gitDir);
        return null;
      }
      why = cloned.error;
      await rm(unfinished, { recursive: true, force: true });
    }
    return why;
  } catch (error) {
    if (await exists(gitDir)) return null;
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function lacking(origin: GitOrigin, gitDir: string, commits: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const commit of commits) {
    const found = await runGit(origin, ['cat-file', '-e', `${commit}^{commit}`], { gitDir, timeout: minute });
    if (found.outcome === 'failed') missing.push(commit);
  }
  return missing;
}

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Nothing that could leave the folder, or that git could take for an option. */
export function isRepositoryName(text: string): boolean {
  return /^[a-z0-9_][\w.-]{0,99}\/[\w][\w.-]{0,99}$/i.test(text) && !text.includes('..');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
