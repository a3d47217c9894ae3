import { z } from 'zod';
import type { PullRequest } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { Paths } from '../git-host/push.ts';
import { defined } from '../reading/defined.ts';
import { Sha, Time, WebUrl, name, text } from '../reading/fields.ts';
import { Account, Person, Repository } from './fields.ts';

const PushedCommit = z
  .object({
    id: Sha,
    message: z.string(),
    timestamp: z.string().transform((time) => parseTimestamp(time)),
    url: WebUrl,
    author: Person,
    committer: Person,
    added: Paths,
    modified: Paths,
    removed: Paths,
  })
  .transform(({ added, modified, removed, ...commit }) => ({
    ...commit,
    title: outsideText(commit.message.trimStart().split('\n', 1)[0], 300) ?? '(no message)',
    paths: [...added, ...modified, ...removed],
  }));
type PushedCommit = z.output<typeof PushedCommit>;

const PushFields = z.object({
  ref: name(260),
  before: Sha,
  after: Sha,
  created: z.boolean(),
  deleted: z.boolean(),
  forced: z.boolean(),
  compare: WebUrl,
  /** Oldest first. */
  commits: z.array(PushedCommit),
  head_commit: z.looseObject({ id: Sha }).nullable(),
  repository: Repository.extend({ pushed_at: Time.nullish() }),
  pusher: z.object({ name: text(200), email: text(320) }).nullish(),
  sender: Account,
});

/** The head is almost always the last of the commits, which have been read by then. */
export const PushBody = PushFields.transform((push, context) => {
  const { head_commit: head } = push;
  if (head === null) return { ...push, head_commit: null };
  const read = push.commits.at(-1);
  if (read?.id === head.id) return { ...push, head_commit: read };
  const own = PushedCommit.safeParse(head);
  if (own.success) return { ...push, head_commit: own.data };
  for (const issue of own.error.issues)
    context.addIssue({ code: 'custom', message: issue.message, path: ['head_commit', ...issue.path] });
  return z.NEVER;
});
export type PushBody = z.output<typeof PushBody>;

export function isWebFlow({ committer }: PushedCommit): boolean {
  return committer?.login === 'web-flow';
}

/** GitHub itself made the commit, so its subject is in one of the forms that GitHub writes. */
export function pullRequestOf(head: PushedCommit, repository: string): PullRequest | undefined {
  if (!isWebFlow(head)) return undefined;
  const [, squashed, squashedAs] = /^(.*?)\s*\(#(\d{1,9})\)$/.exec(head.title) ?? [];
  if (squashedAs !== undefined) {
    return { repository, number: Number(squashedAs), ...defined({ title: squashed === '' ? undefined : squashed }) };
  }
  const [, mergedAs] = /^Merge pull request #(\d{1,9}) from /.exec(head.title) ?? [];
  if (mergedAs === undefined) return undefined;
  const title = outsideText(
    head.message
      .trimStart()
      .split('\n')
      .slice(1)
      .find((line) => line.trim() !== ''),
    300,
  );
  return { repository, number: Number(mergedAs), ...defined({ title }) };
}
