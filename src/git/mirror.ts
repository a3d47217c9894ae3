import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { type GitOrigin, runGit } from './run-git.ts';

export type Mirrored =
  | { readonly outcome: 'mirrored'; readonly gitDir: string }
  /** `why`: for people. Nothing is known about the commits: it does not mean that they are missing. */
  | { readonly outcome: 'unreadable'; readonly why: string };

const minute = 60_000;

/**
 * A local mirror of `owner/name` that holds these commits (40 hex), cloned or brought up to date only when it lacks one.
 * Processes may do this at once: a clone appears whole or not at all, and whoever loses a race for a branch finds that
 * the other brought the commits.
 */
export async function mirrorWith(origin: GitOrigin, repository: string, commits: readonly string[]): Promise<Mirrored> {
  if (!isRepositoryName(repository)) return { outcome: 'unreadable', why: 'that is no repository name' };
  const gitDir = join(origin.folder, `${repository}.git`);
  if (!(await exists(gitDir))) {
    const cloned = await clone(origin, repository, gitDir);
    if (cloned !== null) return { outcome: 'unreadable', why: cloned };
  }
  if (await hasAll(origin, gitDir, commits)) return { outcome: 'mirrored', gitDir };
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  const fetched = await runGit(origin, ['fetch', '--quiet', '--no-write-fetch-head', 'origin', ...refs], {
    gitDir,
    timeout: 5 * minute,
  });
  if (await hasAll(origin, gitDir, commits)) return { outcome: 'mirrored', gitDir };
  // A commit of a branch that is gone can still be asked for by its name.
  const named = await runGit(origin, ['fetch', '--quiet', '--no-write-fetch-head', 'origin', ...commits.filter(isCommit)], {
    gitDir,
    timeout: 5 * minute,
  });
  if (await hasAll(origin, gitDir, commits)) return { outcome: 'mirrored', gitDir };
  const failed = [fetched, named].find((each) => each.outcome === 'failed');
  return { outcome: 'unreadable', why: failed?.error ?? `${repository} has not all of these commits` };
}

/** Null when the clone is there, by us or by another process; otherwise why not. */
async function clone(origin: GitOrigin, repository: string, gitDir: string): Promise<string | null> {
  const unfinished = `${gitDir}.${randomUUID()}`;
  await mkdir(dirname(gitDir), { recursive: true });
  const url = `${origin.baseUrl.replace(/\/+$/, '')}/${repository}`;
  try {
    const plain = await runGit(origin, ['clone', '--quiet', '--mirror', '--', url, unfinished], { timeout: 15 * minute });
    const cloned =
      plain.outcome === 'done'
        ? plain
        : await runGit(origin, ['clone', '--quiet', '--mirror', '--', `${url}.git`, unfinished], { timeout: 15 * minute });
    if (cloned.outcome === 'failed') return cloned.error;
    await rename(unfinished, gitDir);
    return null;
  } catch (error) {
    if (await exists(gitDir)) return null;
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function hasAll(origin: GitOrigin, gitDir: string, commits: readonly string[]): Promise<boolean> {
  for (const commit of commits) {
    if (!isCommit(commit)) return false;
    const found = await runGit(origin, ['cat-file', '-e', `${commit}^{commit}`], { gitDir, timeout: minute });
    if (found.outcome === 'failed') return false;
  }
  return true;
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Nothing that could leave the folder, or that git could take for an option. */
function isRepositoryName(text: string): boolean {
  return /^[a-z0-9_][\w.-]{0,99}\/[\w][\w.-]{0,99}$/i.test(text) && !text.includes('..');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
