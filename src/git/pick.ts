import { cherryPickMessage } from '../domain/backports/cherry-pick-message.ts';
import { outsideText } from '../domain/outside-text.ts';
import type { Scratch } from './scratch.ts';

export interface PickRequest {
  /** What they are picked onto. 40 hex, as all commits here. */
  readonly onto: string;
  /** Oldest first. Of a merge, what it brought to its first parent. */
  readonly commits: readonly string[];
  /** When the committer says that it was done: the same at the same time gives the same commits. */
  readonly at: Date;
}

export type Picked =
  /** `made`: those that changed something, oldest first. `head` is the last of them, kept in the scratch. */
  | {
      readonly outcome: 'clean';
      readonly head: string;
      readonly made: readonly { readonly from: string; readonly commit: string }[];
    }
  /** Everything that they change is there. */
  | { readonly outcome: 'nothing' }
  | {
      readonly outcome: 'conflicts';
      /** The first that does not apply. */
      readonly commit: string;
      /** At most 100. */
      readonly files: readonly string[];
      /** What changed these files before that commit and is not in `onto`, under its own name. Oldest first; the newest 50. */
      readonly before: readonly { readonly commit: string; readonly title: string }[];
    }
  | { readonly outcome: 'unknown'; readonly why: string };

/** More are no fix. */
const mostCommits = 100;
const mostFiles = 100;
const mostBefore = 50;
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
/** Reserved: nobody has this address. */
const committer = 'Sincewhen <sincewhen@noreply.invalid>';

/**
 * What `git cherry-pick -x` would make of these commits. No file is ever written out: git merges trees, so that neither
 * names nor sizes nor filters of a repository matter.
 */
export async function pickCommits(scratch: Scratch, { onto, commits, at }: PickRequest): Promise<Picked> {
  if (commits.length > mostCommits) return unknown(`${commits.length} commits are more than a fix has`);
  const made: { from: string; commit: string }[] = [];
  let head = onto;
  for (const from of commits) {
    const read = await readCommit(scratch, from);
    if ('why' in read) return unknown(read.why);
    const merged = await merge(scratch, head, read);
    if ('why' in merged) return unknown(merged.why);
    if ('files' in merged) {
      const before = await changedBefore(scratch, { read, onto, files: merged.files, own: new Set(commits) });
      return { outcome: 'conflicts', commit: from, files: merged.files.map(shown), before };
    }
    if (merged.tree === merged.ours) continue;
    const seconds = Math.floor(at.getTime() / 1000);
    const content = [
      `tree ${merged.tree}`,
      `parent ${head}`,
      read.author,
      `committer ${committer} ${seconds} +0000`,
      ...(read.encoding === null ? [] : [read.encoding]),
      '',
      cherryPickMessage(read.message, from),
    ].join('\n');
    const written = await scratch.git(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: content });
    if (written.code !== 0) return unknown(`what ${name(from)} became could not be written (${last(written.error)})`);
    head = written.output.trim();
    made.push({ from, commit: head });
  }
  return made.length === 0 ? { outcome: 'nothing' } : { outcome: 'clean', head, made };
}

interface ReadCommit {
  readonly commit: string;
  /** Null: it has none. */
  readonly parent: string | null;
  /** The header's line, byte by byte as it is. */
  readonly author: string;
  readonly encoding: string | null;
  readonly message: string;
}

async function readCommit({ git }: Scratch, commit: string): Promise<ReadCommit | { readonly why: string }> {
  const read = await git(['cat-file', 'commit', commit]);
  if (read.code !== 0) return { why: `${name(commit)} could not be read (${last(read.error)})` };
  const end = read.output.indexOf('\n\n');
  const headers = read.output.slice(0, end === -1 ? undefined : end).split('\n');
  const find = (key: string) => headers.find((line) => line.startsWith(`${key} `)) ?? null;
  const parent = find('parent')?.slice('parent '.length) ?? null;
  const message = end === -1 ? '' : read.output.slice(end + 2);
  const author = find('author');
  if (author === null) return { why: `${name(commit)} has no author` };
  if (parent !== null && (await git(['cat-file', '-e', `${parent}^{tree}`])).code !== 0) {
    return { why: `the history of the repository is cut off before ${name(commit)}: what it changed cannot be told` };
  }
  return { commit, parent, author, encoding: find('encoding'), message };
}

type Merged =
  | { readonly tree: string; readonly ours: string }
  /** Names as latin1. */
  | { readonly files: readonly string[] }
  | { readonly why: string };

/**
 * The three-way merge that a pick is: from the commit's parent to the commit, and to where it is to be. Git finds the
 * place where two histories parted by itself and takes no other before 2.40, so each tree gets a history that says so.
 */
async function merge({ git }: Scratch, ours: string, { commit, parent }: ReadCommit): Promise<Merged> {
  const trees = await git(['rev-parse', '--verify', '--end-of-options', `${ours}^{tree}`]);
  const theirs = await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`]);
  const base = parent === null ? null : await git(['rev-parse', '--verify', '--end-of-options', `${parent}^{tree}`]);
  if (trees.code !== 0 || theirs.code !== 0 || (base !== null && base.code !== 0)) {
    return { why: `what ${name(commit)} changes could not be read (${last(trees.error || theirs.error)})` };
  }
  const oursTree = trees.output.trim();
  const from = await bare(git, base?.output.trim() ?? emptyTree, null);
  const [one, other] = [await bare(git, oursTree, from), await bare(git, theirs.output.trim(), from)];
  const merged = await git(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', one, other], {
    timeout: 120_000,
  });
  const [tree = '', ...files] = merged.output.split('\0').filter((each) => each !== '');
  if (merged.code === 0) return { tree: tree.trim(), ours: oursTree };
  if (merged.code === 1) return { files: [...new Set(files)].slice(0, mostFiles) };
  return { why: `git could not try it (${last(merged.error)})` };
}

/** A commit that is nothing but its tree and where it came from. Empty when it could not be written: git then says so. */
async function bare(git: Scratch['git'], tree: string, parent: string | null): Promise<string> {
  const content = [
    `tree ${tree}`,
    ...(parent === null ? [] : [`parent ${parent}`]),
    `author ${committer} 0 +0000`,
    `committer ${committer} 0 +0000`,
    '',
    '',
  ].join('\n');
  return (await git(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: content })).output.trim();
}

interface Conflict {
  readonly read: ReadCommit;
  readonly onto: string;
  readonly files: readonly string[];
  readonly own: ReadonlySet<string>;
}

async function changedBefore({ git }: Scratch, { read, onto, files, own }: Conflict) {
  if (read.parent === null) return [];
  const args = ['log', '--no-merges', '-z', '--encoding=UTF-8', `--max-count=${mostBefore}`, '--format=%H%x00%s'];
  const listed = await git([...args, read.parent, `^${onto}`, '--', ...files.map(pathspec)]);
  if (listed.code !== 0) return [];
  const fields = listed.output.split('\0');
  const before: { commit: string; title: string }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const commit = fields[at] ?? '';
    if (!own.has(commit)) before.push({ commit, title: shown(fields[at + 1] ?? '') });
  }
  return before.toReversed();
}

/** Names this file alone, or such as differ from it in a strange byte: no argument can hold every byte. */
function pathspec(file: string): string {
  return `:(top,glob)${file.replaceAll(/[\\*?[]/g, String.raw`\$&`).replaceAll(/[^ -~]/g, '?')}`;
}

function shown(bytes: string): string {
  return outsideText(Buffer.from(bytes, 'latin1').toString('utf8'), 300) ?? '(no name)';
}

function unknown(why: string): Picked {
  return { outcome: 'unknown', why: outsideText(why, 500) ?? 'it could not be tried' };
}

function name(commit: string): string {
  return commit.slice(0, 7);
}

function last(complaint: string): string {
  return complaint.split('\n').at(-1) ?? '';
}
