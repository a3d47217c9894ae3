import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface WorkTree {
  readonly gitDir: string;
  /** Runs git here, as somebody whose clock moves a minute with every command. */
  git(...args: readonly string[]): string;
  /** Writes files (null: removes them) and commits everything; answers the commit's id. */
  commit(message: string, files: Readonly<Record<string, string | Buffer | null>>, author?: Author): string;
  head(): string;
  /** How far its clock is. */
  minutes(): number;
}

const ada: Author = { name: 'Ada', email: 'ada@example.com' };

/**
 * A repository with files of its own, to make histories in as people do: with the real git. `from`: begins as a copy of
 * that one, at its time.
 */
export function makeWorkTree(folder: string, from?: WorkTree): WorkTree {
  mkdirSync(folder, { recursive: true });
  let minutes = from?.minutes() ?? 0;
  const run = (args: readonly string[], author: Author) => {
    minutes += 1;
    const date = new Date(Date.UTC(2026, 10, 20, 8, minutes)).toISOString();
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_COMMITTER_NAME: 'Grace',
        GIT_COMMITTER_EMAIL: 'grace@example.com',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_EDITOR: 'true',
      },
    }).trim();
  };
  const git = (...args: readonly string[]) => run(args, ada);
  if (from === undefined) git('init', '--quiet', '--initial-branch=main', '--template=');
  else cpSync(dirname(from.gitDir), folder, { recursive: true, preserveTimestamps: true });
  const head = () => git('rev-parse', 'HEAD');
  return {
    gitDir: join(folder, '.git'),
    git,
    head,
    minutes: () => minutes,
    commit(message, files, author = ada) {
      for (const [name, content] of Object.entries(files)) {
        if (content === null) git('rm', '--quiet', '--', name);
        else {
          mkdirSync(dirname(join(folder, name)), { recursive: true });
          writeFileSync(join(folder, name), content);
        }
      }
      git('add', '--all');
      run(['commit', '--quiet', '--allow-empty', '-m', message], author);
      return head();
    },
  };
}
