import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { outsideText } from '../domain/outside-text.ts';
import { type GitOrigin, runGit } from './run-git.ts';

/** The last commit that touched a file, which stands in its work tree as it was committed. */
export interface FileCommit {
  readonly commit: string;
  /** Its author's name, on one line. */
  readonly author: string;
  readonly subject: string;
  /** What the file says. */
  readonly text: string;
}

/** Three quick looks into a repository on this machine. */
const patience = 3_000;
const longestName = 200;
const longestSubject = 300;

/**
 * Who committed a file last, and with which words. Null wherever that cannot be told: no git, no work tree, one of another
 * user, a file that is not committed as it is, a shallow clone that does not hold that commit. Never rejects.
 */
export async function lastCommitOf(
  told: Pick<GitOrigin, 'folder' | 'environment' | 'signal'>,
  path: string,
): Promise<FileCommit | null> {
  try {
    return await commitOf(
      { ...told, ...local, environment: { ...told.environment, ...quietly } },
      await realpath(path),
    );
  } catch {
    return null;
  }
}

/** It is on this machine, and nobody is asked for more of it. */
const local = { baseUrl: 'file:///', token: null } as const;
const quietly = { GIT_NO_LAZY_FETCH: '1' } as const;

async function commitOf(origin: GitOrigin, path: string): Promise<FileCommit | null> {
  const [folder, name] = [dirname(path), basename(path)];
  const git = async (...args: readonly string[]): Promise<string | null> => {
    // The folders that people name to us are trusted elsewhere; a work tree of another user may have us run programs.
    const done = await runGit(origin, ['-c', 'safe.directory=', '--literal-pathspecs', '-C', folder, ...args], {
      timeout: patience,
    });
    return done.outcome === 'done' ? done.output : null;
  };
  const committed = await git('cat-file', 'blob', `HEAD:./${name}`);
  const text = committed === null ? null : await readFile(path, 'utf8');
  if (text === null || committed !== text) return null;
  const format = '--format=%H%x00%P%x00%an%x00%s';
  const line = await git('log', '-1', '--no-show-signature', '--encoding=UTF-8', format, 'HEAD', '--', `./${name}`);
  const [commit = '', parents = '', author, subject] = line?.trimEnd().split('\0') ?? [];
  // The oldest commit of a shallow clone seems to have made every file.
  if (parents === '' && (await git('rev-parse', '--is-shallow-repository'))?.trim() !== 'false') return null;
  const [by, why] = [outsideText(author, longestName), outsideText(subject, longestSubject)];
  return by === undefined || why === undefined ? null : { commit, author: by, subject: why, text };
}
