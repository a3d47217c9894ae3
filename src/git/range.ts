import type { Commit } from '../domain/event.ts';
import { outsideText } from '../domain/outside-text.ts';
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
  /** When the earliest of all of them was written, by its author's clock. ISO 8601, UTC. Absent: not known. */
  readonly firstAuthoredAt?: string;
}

export type RangeRead =
  | { readonly outcome: 'range'; readonly range: CommitRange }
  /** `again`: nothing says that it will stay so. */
  | { readonly outcome: 'unreadable'; readonly why: string; readonly again: boolean };

const timeout = 60_000;
const most = 250;
/** The earliest is looked for among so many. */
const mostDated = 50_000;

/** What lies between two commits (40 hex) that the mirror holds. */
export async function commitsBetween(origin: GitOrigin, gitDir: string, from: string, to: string): Promise<RangeRead> {
  const counted = await runGit(origin, ['rev-list', '--left-right', '--count', `${from}...${to}`, '--'], {
    gitDir,
    timeout,
  });
  if (counted.outcome === 'failed') return { outcome: 'unreadable', why: counted.error, again: true };
  const met = await runGit(origin, ['merge-base', from, to], { gitDir, timeout });
  if (met.outcome === 'failed') {
    // 1 is git's word for "none"; any other is a failure.
    const unrelated = met.code === 1;
    return {
      outcome: 'unreadable',
      why: unrelated ? 'the versions have no history in common' : met.error,
      again: !unrelated,
    };
  }
  const [lost = 0, gained = 0] = counted.output.trim().split(/\s+/).map(Number);
  const backward = gained === 0 && lost > 0;
  const range = backward ? `${to}..${from}` : `${from}..${to}`;
  const format = '--format=%H%x00%an%x00%ae%x00%s';
  const args = ['log', '-z', '--encoding=UTF-8', `--max-count=${most}`, format, range, '--'];
  const listed = await runGit(origin, args, { gitDir, timeout });
  if (listed.outcome === 'failed') return { outcome: 'unreadable', why: listed.error, again: true };
  const fields = listed.output.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) commits.push(commitOf(fields.slice(at, at + 4)));
  const direction = backward ? 'backward' : 'forward';
  const firstAuthoredAt = commits.length === 0 ? null : await earliestIn(origin, gitDir, range);
  const dated = firstAuthoredAt === null ? {} : { firstAuthoredAt };
  return { outcome: 'range', range: { direction, commits, total: backward ? lost : gained, lost, ...dated } };
}

/** A rebase moves commits about and keeps when they were written, so their order does not tell. Null: it cannot be told. */
async function earliestIn(origin: GitOrigin, gitDir: string, range: string): Promise<string | null> {
  const args = ['log', `--max-count=${mostDated}`, '--format=%at', range, '--'];
  const listed = await runGit(origin, args, { gitDir, timeout });
  if (listed.outcome === 'failed') return null;
  return earliest(listed.output.split('\n').flatMap((line) => (line === '' ? [] : [new Date(Number(line) * 1000)])));
}

/** Times that are none, as a broken clock writes them, are passed over. */
export function earliest(times: readonly Date[]): string | null {
  const known = times.map((time) => time.getTime()).filter((time) => Number.isFinite(time) && time > 0);
  const first = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? new Date(first).toISOString() : null;
}

function commitOf([sha = '', name, email, title]: readonly string[]): Commit {
  const author = { name: outsideText(name, 200), email: outsideText(email, 320) };
  return {
    sha,
    title: outsideText(title, 300) ?? '(no message)',
    author: {
      ...(author.name === undefined ? {} : { name: author.name }),
      ...(author.email === undefined ? {} : { email: author.email }),
    },
  };
}
