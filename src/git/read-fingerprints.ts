import { createHash, randomUUID } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { type Fingerprint, lineKey, longestKept } from '../domain/evidence/fingerprint.ts';
import { linesOf } from '../domain/evidence/lines.ts';
import type { GitOrigin } from './run-git.ts';
import { type Streamed, streamGit } from './stream-git.ts';

const hour = 3_600_000;

/** Commits whose content git does not have are passed over, up to so many: a partial clone lacks large files. */
const mostUnreadable = 500;

/**
 * Reads the content of commits (40 hex digits, all of them there) in one run of git, in the order in which they are
 * given. `take` gets each as soon as it is read, so that not all need to be held at once; `unreadable` were not.
 */
export async function readFingerprints(
  origin: GitOrigin,
  gitDir: string,
  commits: readonly string[],
  take: (fingerprint: Fingerprint) => void,
): Promise<(Streamed & { readonly outcome: 'failed' }) | { readonly outcome: 'done'; readonly unreadable: number }> {
  let unreadable = 0;
  for (let from = 0; from < commits.length;) {
    let taken = 0;
    const read = await readSome(origin, gitDir, commits.slice(from), (print) => {
      taken += 1;
      take(print);
    });
    if (read.outcome === 'done') break;
    unreadable += 1;
    if (unreadable > mostUnreadable || !/unable to read|missing|bad object|could not get/i.test(read.error))
      return read;
    from += taken + 1;
  }
  return { outcome: 'done', unreadable };
}

async function readSome(
  origin: GitOrigin,
  gitDir: string,
  commits: readonly string[],
  take: (fingerprint: Fingerprint) => void,
): Promise<Streamed> {
  const mark = randomUUID();
  const format = `--format=%n${mark} %H %at %ae%n%P%n%B%n${mark}.`;
  // Of a large repository git would map as much as there is memory.
  const args = `-c core.packedGitWindowSize=8m -c core.packedGitLimit=64m -c core.deltaBaseCacheLimit=32m
    log --no-walk=unsorted --stdin -p -U3 -M --diff-merges=first-parent --full-index --no-color --no-ext-diff
    --no-textconv --no-indent-heuristic --diff-algorithm=myers --src-prefix=a/ --dst-prefix=b/`.split(/\s+/);
  const reader = readerOf(mark, take);
  const streamed = await streamGit(origin, [...args, format], {
    gitDir,
    timeout: hour,
    input: `${commits.join('\n')}\n`,
    line: reader.line,
  });
  if (streamed.outcome === 'done') reader.end();
  return streamed;
}

interface Draft {
  readonly commit: string;
  readonly authoredAt: number;
  readonly author: string;
  parents: readonly string[] | null;
  readonly message: string[];
  readonly lines: Map<number, number>;
  readonly files: string[];
  readonly digests: { patch: Buffer; bare: Buffer }[];
  size: number;
  /** Of `size`, as many as `lines` has. */
  kept: number;
  binary: boolean;
}

/** Of one file. */
interface Open {
  readonly patch: Hash;
  readonly bare: Hash;
  /** What it was called; null: the same. */
  from: string | null;
  hasLines: boolean;
  isDeleted: boolean;
}

/** Takes the lines of a log one by one: hunks are counted out, so that no content is taken for a header. */
function readerOf(mark: string, take: (fingerprint: Fingerprint) => void) {
  let draft: Draft | null = null;
  let inMessage = false;
  let open: Open | null = null;
  let [removed, added] = [0, 0];

  function closeFile(): void {
    if (open === null || draft === null) return;
    if (open.from !== null && !open.hasLines) renamed(draft, open, open.from);
    draft.digests.push({ patch: open.patch.digest(), bare: open.bare.digest() });
    open = null;
  }

  function close(): void {
    closeFile();
    if (draft !== null) take(finished(draft));
    draft = null;
  }

  function content(from: Draft, line: string): void {
    const sign = line[0] ?? ' ';
    const text = line.slice(1);
    if (sign === '\\') return;
    if (sign !== '+') removed -= 1;
    if (sign !== '-') added -= 1;
    const dense = `${sign}${text.replace(/\s+/g, '')}`;
    open?.patch.update(dense);
    if (sign === ' ' || sign === '') return;
    open?.bare.update(dense);
    from.size += 1;
    // Where whole folders go, what else a commit does must not be cut off.
    if (from.kept >= (open?.isDeleted === true ? longestKept / 2 : longestKept)) return;
    from.kept += 1;
    count(from.lines, lineKey(sign, text));
  }

  /** A file that only got another name has no line that says so. */
  function renamed(to: Draft, { patch, bare }: Open, name: string): void {
    for (const each of [`-rename from ${name}`, `+rename to ${to.files.at(-1)}`]) {
      patch.update(each);
      bare.update(each);
      to.size += 1;
      count(to.lines, lineKey(each.slice(0, 1), each));
    }
  }

  function header(from: Draft, line: string): void {
    if (line.startsWith('diff --git ')) {
      closeFile();
      open = { patch: createHash('sha1'), bare: createHash('sha1'), from: null, hasLines: false, isDeleted: false };
      const name = copied(newName(line));
      from.files.push(name);
      open.patch.update(name);
      open.bare.update(name);
    } else if (line.startsWith('rename from ')) {
      if (open !== null) open.from = unquoted(line.slice('rename from '.length));
    } else if (line.startsWith('rename to ')) {
      from.files[from.files.length - 1] = unquoted(line.slice('rename to '.length));
    } else if (line.startsWith('+++ ') && line !== '+++ /dev/null') {
      from.files[from.files.length - 1] = unquoted(line.slice(4).replace(/\t$/, '')).replace(/^b\//, '');
    } else if (line.startsWith('deleted file mode ')) {
      if (open !== null) open.isDeleted = true;
    } else if (line.startsWith('Binary files ') || line === 'GIT binary patch') {
      from.binary = true;
    } else if (line.startsWith('@@ ')) {
      if (open !== null) open.hasLines = true;
      const counts = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
      removed = Number(counts?.[1] ?? 1);
      added = Number(counts?.[2] ?? 1);
    }
  }

  function line(text: string): void {
    if (text.startsWith(mark)) {
      if (text === `${mark}.`) {
        inMessage = false;
        return;
      }
      close();
      const [, commit = '', at = '0', ...author] = text.split(' ');
      draft = newDraft(copied(commit), Number(at), copied(author.join(' ')));
      inMessage = true;
      [removed, added] = [0, 0];
    } else if (draft === null) return;
    else if (inMessage) {
      if (draft.parents === null)
        draft.parents = copied(text)
          .split(' ')
          .filter((each) => each !== '');
      else draft.message.push(Buffer.from(text, 'latin1').toString('utf8'));
    } else if (removed > 0 || added > 0 || text.startsWith('\\')) content(draft, text);
    else header(draft, text);
  }
  return { line, end: close };
}

function newDraft(commit: string, authoredAt: number, author: string): Draft {
  return {
    commit,
    authoredAt,
    author: author.toLowerCase(),
    parents: null,
    message: [],
    lines: new Map(),
    files: [],
    digests: [],
    size: 0,
    kept: 0,
    binary: false,
  };
}

function finished({ digests, ...draft }: Draft): Fingerprint {
  const whole = (of: (digest: Draft['digests'][number]) => Buffer) => {
    const hash = createHash('sha1');
    for (const digest of digests.map(of).toSorted((a, b) => a.compare(b))) hash.update(digest);
    return draft.size === 0 ? null : hash.digest('hex');
  };
  const { commit, parents, author, authoredAt, message, lines, size, files, binary } = draft;
  return {
    commit,
    parents: parents ?? [],
    author,
    authoredAt,
    message: message.join('\n').trim(),
    patch: whole(({ patch }) => patch),
    barePatch: whole(({ bare }) => bare),
    lines: linesOf(lines),
    size,
    files,
    binary,
  };
}

/** A part of a string holds on to all that git printed together with it. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}

function count(lines: Map<number, number>, key: number | null): void {
  if (key !== null) lines.set(key, (lines.get(key) ?? 0) + 1);
}

/** Of `diff --git a/x b/x`: both are the same unless a later line says otherwise. */
function newName(line: string): string {
  const names = line.slice('diff --git '.length);
  if (names.endsWith('"')) return unquoted(names.slice(names.lastIndexOf(' "') + 1)).replace(/^b\//, '');
  return names.slice((names.length - 1) / 2 + 1).replace(/^b\//, '');
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Names with quotes, line breaks or bytes beyond ASCII stand in quotes, escaped as in C; gives them as UTF-8. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return Buffer.from(name, 'latin1').toString('utf8');
  const bytes = name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 255) : (escapes[code] ?? code),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
