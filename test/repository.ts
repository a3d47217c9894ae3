import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Repository {
  /** Adds an empty commit to a branch and answers its id. */
  commit(title: string, options?: { readonly on?: string; readonly authoredAt?: string }): string;
  /** Begins a branch at a commit. */
  branch(name: string, at: string): void;
}

/** A bare repository `<folder>/<owner>/<name>.git` of its own. */
export function makeRepository(folder: string, name: string): Repository {
  const gitDir = join(folder, `${name}.git`);
  mkdirSync(gitDir, { recursive: true });
  let count = 0;
  const git = (...args: readonly string[]) => run({}, args);
  const run = (environment: Readonly<Record<string, string>>, args: readonly string[]) =>
    execFileSync('git', [`--git-dir=${gitDir}`, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
        GIT_AUTHOR_DATE: `2026-11-20T14:00:${String(count).padStart(2, '0')}Z`,
        GIT_COMMITTER_DATE: `2026-11-20T14:00:${String(count).padStart(2, '0')}Z`,
        ...environment,
      },
    }).trim();
  git('init', '--quiet', '--initial-branch=main');
  const emptyTree = git('hash-object', '-t', 'tree', '-w', '/dev/null');
  return {
    commit(title, { on = 'main', authoredAt } = {}) {
      count += 1;
      const parents = git('for-each-ref', '--format=%(objectname)', `refs/heads/${on}`);
      const args = ['commit-tree', emptyTree, '-m', title, ...(parents === '' ? [] : ['-p', parents])];
      const sha = run(authoredAt === undefined ? {} : { GIT_AUTHOR_DATE: authoredAt }, args);
      git('update-ref', `refs/heads/${on}`, sha);
      return sha;
    },
    branch(branch, at) {
      git('update-ref', `refs/heads/${branch}`, at);
    },
  };
}
