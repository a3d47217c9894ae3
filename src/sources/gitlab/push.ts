import { z } from 'zod';
import type { Actor, PullRequest, Statement } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { roleOfBranch } from '../git-host/branch.ts';
import { configEdits } from '../git-host/config-edits.ts';
import { merged } from '../git-host/merge.ts';
import { Paths, type Push } from '../git-host/push.ts';
import { type RefChange, branchDeleted, tagCreated, tagDeleted, tagMoved } from '../git-host/refs.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { Author, Project, noCommit, timeOr } from './fields.ts';

const PushedCommit = z
  .object({
    id: Sha,
    message: z.string().nullish(),
    timestamp: z.string().nullish(),
    url: WebUrl,
    author: Author,
    added: Paths,
    modified: Paths,
    removed: Paths,
  })
  .transform(({ added, modified, removed, message, ...commit }) => ({
    ...commit,
    message: message ?? '',
    title: outsideText((message ?? '').trimStart().split('\n', 1)[0], 300) ?? '(no message)',
    paths: [...added, ...modified, ...removed],
  }));
type PushedCommit = z.output<typeof PushedCommit>;

const PushBody = z
  .object({
    ref: name(260),
    before: Sha,
    after: Sha,
    checkout_sha: Sha.nullish(),
    user_name: text(200),
    user_username: text(100),
    user_email: text(320),
    project: Project,
    /** The newest 20, oldest first. */
    commits: z.array(PushedCommit).nullish(),
    total_commits_count: Id.nullish(),
  })
  .transform((push) => ({ ...push, commits: push.commits ?? [] }));
type PushBody = z.output<typeof PushBody>;

/** A push to a branch, to a tag, or of a branch or tag that is no more. */
export const readPush = reader(PushBody, (push, context) => {
  const repository = push.project.full_name;
  const actor = actorOf({
    login: push.user_username,
    name: push.user_name,
    email: push.user_email?.includes('@') === true ? push.user_email : undefined,
  });
  // GitLab does not say when it was pushed.
  const { occurredAt, clock } = timeOr(context.receivedAt, null);
  const change: RefChange = { source: 'gitlab', repository, occurredAt, clock, ...defined({ actor }) };
  const [, tag] = /^refs\/tags\/(.+)$/.exec(push.ref) ?? [];
  if (tag !== undefined) return told(tagPushed(tag, push, change));
  const [, branch] = /^refs\/heads\/(.+)$/.exec(push.ref) ?? [];
  if (branch === undefined) return ignored('a push to neither a branch nor a tag');
  const role = roleOfBranch(branch, push.project, context.catalog);
  if (role === null) return ignored('a push to a branch that is not deployed');
  if (push.after === noCommit) return told(branchDeleted(branch, push.before, change));
  return pushedTo({ branch, role, actor }, push, context);
});

function tagPushed(tag: string, { before, after, checkout_sha: commit }: PushBody, change: RefChange) {
  if (after === noCommit) return tagDeleted(tag, before, change);
  // A tag with a message of its own is an object of its own; `checkout_sha` is the commit that it stands on.
  if (before === noCommit) return tagCreated(tag, commit ?? after, change);
  return tagMoved(tag, { from: before, to: after, commit: commit ?? after }, change);
}

function pushedTo(
  place: Pick<Push, 'branch' | 'role'> & { readonly actor: Actor | undefined },
  { before, after, commits, project, total_commits_count: total }: PushBody,
  { catalog, receivedAt }: ReaderContext,
): Parsed {
  const created = before === noCommit;
  const count = Math.max(total ?? 0, commits.length);
  // Nothing new on a branch that was there before, and yet another head: commits were taken away.
  const forced = count === 0 && !created && before !== after;
  if (count === 0 && !forced) return ignored('a push without commits');
  const repository = project.full_name;
  const head = commits.find(({ id }) => id === after) ?? headless(after, project, commits.at(-1));
  const pullRequest = pullRequestOf(head, repository);
  const url = project.url;
  const push: Push = {
    source: 'gitlab',
    repository,
    ...place,
    before,
    after,
    created,
    forced,
    commits,
    commitsInAll: count,
    head,
    webFlow: false,
    pullRequest,
    numberSign: '!',
    compare: url === undefined || created ? undefined : `${url}/-/compare/${before}...${after}`,
    time: timeOf(head, pullRequest, receivedAt),
  };
  return told(merged(push), ...configEdits(push, catalog));
}

/** A push that takes commits away lists none, and system hooks never do. */
function headless(after: string, { url }: Project, newest: PushedCommit | undefined): PushedCommit {
  return {
    id: after,
    message: '',
    timestamp: undefined,
    title: newest?.title ?? '',
    url: url === undefined ? undefined : `${url}/-/commit/${after}`,
    author: undefined,
    paths: [],
  };
}

/** How far GitLab's clock may be ahead of ours, in milliseconds. */
const skew = 60_000;

/**
 * GitLab gives no time of the push itself. A merge commit that GitLab made was made then; any other commit may be days
 * older than its push.
 */
function timeOf(
  head: PushedCommit,
  pullRequest: PullRequest | undefined,
  receivedAt: Date,
): Pick<Statement, 'occurredAt' | 'clock'> {
  const made = pullRequest === undefined ? null : parseTimestamp(head.timestamp);
  return timeOr(receivedAt, made !== null && made.getTime() <= receivedAt.getTime() + skew ? made : null);
}

/**
 * The merge request whose merge commit this is, by GitLab's own message:
 * https://docs.gitlab.com/user/project/merge_requests/commit_templates/
 */
function pullRequestOf({ message }: PushedCommit, repository: string): PullRequest | undefined {
  const lines = message.slice(0, 100_000).trim().split('\n');
  const [, path = '', number] = /^See merge request (\S{0,150})!(\d{1,9})$/.exec(lines.at(-1)?.trim() ?? '') ?? [];
  if (!/^Merge branch '.+' into /.test(lines[0] ?? '') || number === undefined) return undefined;
  if (path !== '' && path.toLowerCase() !== repository) return undefined;
  const title = outsideText(
    lines.slice(1, -1).find((line) => line.trim() !== ''),
    300,
  );
  return { repository, number: Number(number), ...defined({ title }) };
}
