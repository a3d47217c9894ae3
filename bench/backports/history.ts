import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';

export const onMain = 10_000;
export const onStaging = 1000;
/** Picks that come later, to each of the two. */
export const later = 6;

/** Commits of a branch, and beyond another what brings each of them home, oldest first. */
export interface Later {
  readonly awaited: readonly string[];
  readonly home: readonly string[];
}
const files = 3000;
const longest = 120;
/** Of the commits of `staging`: every other is a pick of one of `main`, every tenth a batch of five. */
const batch = 5;

export interface History {
  readonly gitDir: string;
  /** Of `main`, oldest first, those that `staging` was given in some form, and beside them as many that it was not. */
  readonly asked: readonly string[];
  readonly toStaging: Later;
  readonly toMain: Later;
}

/**
 * A bare repository that is the same on every machine: `main` with 10,000 commits, and `staging`, which began where
 * `main` did and got 1,000 of its own: picks with and without drift, batches of five, and other work.
 */
export async function makeHistory(gitDir: string): Promise<History> {
  await mkdir(gitDir, { recursive: true });
  await git(gitDir, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  const importing = spawn('git', ['-C', gitDir, 'fast-import', '--quiet', '--force'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(importing, 'exit');
  for (const chunk of stream()) if (!importing.stdin.write(chunk)) await once(importing.stdin, 'drain');
  importing.stdin.end();
  await ended;
  // As a clone has it: fast-import does not look for what is alike.
  await git(gitDir, ['repack', '-adq', '--window=10', '--threads=2']);
  const list = async (range: string) => (await git(gitDir, ['rev-list', '--reverse', range])).trim().split('\n');
  const commits = (await list('main')).slice(1);
  return {
    gitDir,
    asked: commits.slice(0, onStaging),
    toStaging: { awaited: commits.slice(-later), home: await list('staging..next-staging') },
    toMain: {
      awaited: (await list('staging'))
        .slice(1)
        .filter((_, n) => n % 2 === 1)
        .slice(0, later),
      home: await list('main..next-main'),
    },
  };
}

type Tree = Map<string, string[]>;
interface Edit {
  readonly file: string;
  readonly lines: ReadonlyMap<number, string>;
}

function* stream(): Generator<string> {
  const random = randomFrom(20_261_127);
  const tree: Tree = new Map();
  for (let n = 0; n < files; n += 1) {
    const name = `src/part${n % 100}/module${n}.ts`;
    tree.set(
      name,
      Array.from({ length: longest }, (_, at) => `const value${n}_${at} = read('${at * n}', fallback);`),
    );
  }
  const staging: Tree = new Map([...tree].map(([name, lines]) => [name, [...lines]]));
  yield commit({ branch: 'main', title: 'Begin', tree, changed: [...tree.keys()] });
  yield 'reset refs/heads/staging\nfrom refs/heads/main\n\n';
  const edits: Edit[][] = [];
  const own: Edit[][] = [];
  for (let n = 0; n < onMain; n += 1) {
    const edit = editsOf(n, random);
    edits.push(edit);
    yield commit({ branch: 'main', title: `${title(n)} (#${n + 1})`, tree, changed: applied(tree, edit) });
  }
  let next = 0;
  for (let n = 0; n < onStaging; n += 1) {
    if (n % 10 === 0) {
      const several = edits.slice(next, next + batch);
      const listed = several.map((_, at) => `* ${title(next + at)} (#${next + at + 1})`);
      next += batch;
      const changed = several.flatMap((edit) => applied(staging, edit));
      yield commit({ branch: 'staging', title: `Hotfixes ${n}\n\n${listed.join('\n')}`, tree: staging, changed });
    } else if (n % 2 === 0) {
      const edit = edits[next] ?? [];
      // Every fourth was resolved otherwise in one line.
      const drifted = n % 8 === 0 ? edit.map((each, at) => (at === 0 ? resolved(each) : each)) : edit;
      const named = n % 4 === 0 ? `${title(next)} (#${next + 1})` : `Bring home ${n}`;
      next += 1;
      yield commit({ branch: 'staging', title: named, tree: staging, changed: applied(staging, drifted) });
    } else {
      const edit = editsOf(onMain + n, random);
      own.push(edit);
      const changed = applied(staging, edit);
      yield commit({ branch: 'staging', title: title(onMain + n), tree: staging, changed });
    }
  }
  yield 'reset refs/heads/next-staging\nfrom refs/heads/staging\n\n';
  for (const [n, edit] of edits.slice(-later).entries()) {
    const changed = applied(staging, edit);
    yield commit({ branch: 'next-staging', title: `Late (#${onMain - later + n + 1})`, tree: staging, changed });
  }
  yield 'reset refs/heads/next-main\nfrom refs/heads/main\n\n';
  for (const [n, edit] of own.slice(0, later).entries()) {
    const changed = applied(tree, edit);
    yield commit({ branch: 'next-main', title: title(onMain + 2 * n + 1), tree, changed });
  }
}

function title(n: number): string {
  return `Handle case ${n} of ${['checkout', 'ledger', 'search', 'login'][n % 4]} when it is late`;
}

function editsOf(n: number, random: () => number): Edit[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const file = Math.floor(random() * files);
    const from = Math.floor(random() * (longest - 20));
    const count = 3 + Math.floor(random() * 10);
    const lines = Array.from({ length: count }, (_, at) => {
      return [
        from + at,
        `const value${file}_${from + at} = retry('${n}', { after: ${Math.floor(random() * 1e6)} });`,
      ] as const;
    });
    return { file: `src/part${file % 100}/module${file}.ts`, lines: new Map(lines) };
  });
}

function resolved({ file, lines }: Edit): Edit {
  const [first] = lines.keys();
  return { file, lines: new Map([...lines].map(([at, text]) => [at, at === first ? `${text} // here` : text])) };
}

function applied(tree: Tree, edits: readonly Edit[]): readonly string[] {
  for (const { file, lines } of edits) {
    const there = tree.get(file) ?? [];
    for (const [at, text] of lines) there[at] = text;
  }
  return [...new Set(edits.map(({ file }) => file))];
}

let clock = 1_700_000_000;

interface Commit {
  readonly branch: string;
  readonly title: string;
  readonly tree: Tree;
  readonly changed: readonly string[];
}

function commit({ branch, title: message, tree, changed }: Commit): string {
  clock += 600;
  const contents = changed.map((name) => {
    const text = `${(tree.get(name) ?? []).join('\n')}\n`;
    return `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  const who = `Ada <ada@example.com> ${clock} +0000`;
  return `commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\ndata ${Buffer.byteLength(message)}\n${message}\n${contents.join('')}\n`;
}

/** The same numbers everywhere (mulberry32, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What git prints. */
export async function git(gitDir: string, args: readonly string[]): Promise<string> {
  const child = spawn('git', ['-C', gitDir, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`git ${args[0]} ended with ${code}`);
  return Buffer.concat(parts).toString('utf8');
}
