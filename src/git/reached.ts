import { randomUUID } from 'node:crypto';
import { type GitOrigin, runGit } from './run-git.ts';
import { streamGit } from './stream-git.ts';

export interface Reached {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** Its first 20 lines. */
  readonly message: string;
}

export type ReachedRead =
  | { readonly outcome: 'read'; readonly commits: readonly Reached[] }
  | { readonly outcome: 'failed'; readonly error: string };

const minute = 60_000;
/** The newest; more than this at once is another history and no fix. */
const most = 20_000;
const mostLines = 20;

/** What leads to a commit and to none of the others, newest first. All are there (40 hex digits, or whole names). */
export async function commitsReached(
  origin: GitOrigin,
  gitDir: string,
  to: string,
  without: readonly string[],
): Promise<ReachedRead> {
  const commits: (Reached & { readonly lines: string[] })[] = [];
  // No line of a message can be taken for the first line of an entry.
  const mark = randomUUID();
  const format = `--format=${mark}%H%x00%P%x00%an%x00%ae%n%B`;
  const args = ['log', '--stdin', '--topo-order', `--max-count=${most}`, '--no-color', '--encoding=UTF-8', format];
  const streamed = await streamGit(origin, args, {
    gitDir,
    timeout: 5 * minute,
    input: `${[to, ...without.map((each) => `^${each}`)].join('\n')}\n`,
    line: (line) => {
      const text = Buffer.from(line, 'latin1').toString('utf8');
      if (text.startsWith(mark)) {
        const [commit = '', parents = '', author = '', email = ''] = text.slice(mark.length).split('\0');
        const lines: string[] = [];
        commits.push({
          commit,
          parents: parents.split(' ').filter((each) => each !== ''),
          author,
          email,
          message: '',
          lines,
        });
      } else if (commits.at(-1)?.lines.length !== mostLines) commits.at(-1)?.lines.push(text);
    },
  });
  if (streamed.outcome === 'failed') return streamed;
  return {
    outcome: 'read',
    commits: commits.map(({ lines, ...each }) => ({ ...each, message: lines.join('\n').trim() })),
  };
}

/** Which of these commits the history of another has. Those that are not there at all are not in it. */
export async function containedIn(
  origin: GitOrigin,
  gitDir: string,
  tip: string,
  commits: readonly string[],
): Promise<ReadonlySet<string> | { readonly error: string }> {
  const wanted = new Set(commits);
  const found = new Set<string>();
  if (wanted.size === 0) return found;
  const streamed = await streamGit(origin, ['rev-list', '--stdin'], {
    gitDir,
    timeout: 5 * minute,
    input: `${tip}\n`,
    line: (commit) => {
      if (wanted.has(commit)) found.add(commit);
    },
  });
  return streamed.outcome === 'done' ? found : { error: streamed.error };
}

/** The commit that the first of these names stands for, as `refs/heads/main`; null: none of them is there. */
export async function commitNamed(origin: GitOrigin, gitDir: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const found = await runGit(origin, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
      gitDir,
      timeout: minute,
    });
    if (found.outcome === 'done') return found.output.trim();
  }
  return null;
}
