import { z } from 'zod';
import type { Actor, Commit, PullRequest, Statement } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';

export const mostPaths = 1000;

/** What one commit added, modified or removed. */
export const Paths = z
  .array(z.string())
  .nullish()
  .transform((paths) => (paths ?? []).slice(0, mostPaths).flatMap((path) => outsideText(path, 500) ?? []));

export interface PushedCommit {
  readonly id: string;
  /** First line of its message; empty where that is not told. */
  readonly title: string;
  readonly url: string | undefined;
  readonly author: Actor | undefined;
  readonly paths: readonly string[];
}

/** A push to a branch that is tracked, whichever system reports it. */
export interface Push {
  readonly source: string;
  /** `<owner>/<name>`, lower-case. */
  readonly repository: string;
  readonly branch: string;
  readonly role: 'default' | 'deployed';
  readonly before: string;
  readonly after: string;
  readonly created: boolean;
  readonly forced: boolean;
  /** Oldest first. */
  readonly commits: readonly PushedCommit[];
  /** Where it is more than `commits`. */
  readonly commitsInAll?: number;
  readonly head: PushedCommit;
  /** The system itself made the head. */
  readonly webFlow: boolean;
  /** What the head says that it merges. */
  readonly pullRequest: PullRequest | undefined;
  /** How people write a pull request's number: `#12`, `!12`. */
  readonly numberSign: '#' | '!';
  readonly compare: string | undefined;
  readonly time: Pick<Statement, 'occurredAt' | 'clock'>;
  readonly actor: Actor | undefined;
}

export function commitOf({ id, title, author, url }: PushedCommit): Commit {
  return { sha: id, title, ...defined({ author, url }) };
}
