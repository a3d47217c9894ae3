import type { Commit } from '../domain/event.ts';
import { type GitOrigin, runGit } from './run-git.ts';

export interface CommitRange {
  /** `forward`: `to` has what `from` has not; `backward`: `to` is an ancestor of `from`, which had more. */
  readonly direction: 'forward' | 'backward';
  /** What was brought, or taken away when `backward`. Newest first; at most 250. */
  readonly commits: readonly Commit[];
  /** Of these, also past the 250. */
  readonly total: number;
  /** Commits that `from` had and `to` has not. */
  readonly lost: number;
}

export type RangeRead =
  | { readonly outcome: 'range'; readonly range: CommitRange }
  | { readonly outcome: 'unreadable'; readonly why: string };

const timeout = 60_000;
const most = 250;

/** What lies between two commits (40 hex) that the mirror holds. */
export async function commitsBetween(origin: GitOrigin, gitDir: string, from: string, to: string): Promise<RangeRead> {
  const counted = await runGit(origin, ['rev-list', '--left-right', '--count', `${from}...${to}`, '--'], { gitDir, timeout });
  if (counted.outcome === 'failed') return { outcome: 'unreadable', why: counted.error };
  const [lost = 0, gained = 0] = counted.output.trim().split(/\s+/).map(Number);
  const backward = gained === 0 && lost > 0;
  const range = backward ? `${to}..${from}` : `${from}..${to}`;
  const format = '--format=%H%x1f%an%x1f%ae%x1f%s%x1e';
  const listed = await runGit(origin, ['log', `--max-count=${most}`, format, range, '--'], { gitDir, timeout });
  if (listed.outcome === 'failed') return { outcome: 'unreadable', why: listed.error };
  const commits = listed.output
    .split('\x1e')
    .map((record) => record.trim())
    .filter((record) => record !== '')
    .map(commitOf);
  const direction = backward ? 'backward' : 'forward';
  return { outcome: 'range', range: { direction, commits, total: backward ? lost : gained, lost } };
}

function commitOf(record: string): Commit {
  const [sha = '', name = '', email = '', title = ''] = record.split('\x1f');
  const author = { ...(name === '' ? {} : { name }), ...(email === '' ? {} : { email }) };
  return { sha, title: title.slice(0, 300), author };
}
