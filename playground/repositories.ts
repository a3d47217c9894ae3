import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  beginnings,
  day,
  developers,
  minutesBefore,
  owner,
  repositoryNames,
  type Files,
  type Login,
  type RepositoryName,
  type Step,
} from './story/day.ts';

export interface CommitInRepository {
  readonly sha: string;
  readonly title: string;
  readonly author: Login;
  readonly at: Date;
  /** Paths with what happened to them. */
  readonly added: readonly string[];
  readonly modified: readonly string[];
  readonly parent: string | null;
  /** What merged it; null for a direct push. */
  readonly pullRequest: number | null;
}

export interface Repository {
  readonly name: RepositoryName;
  readonly fullName: string;
  /** A bare repository. */
  readonly folder: string;
  /** Of the default branch `main`, oldest first. */
  readonly commits: readonly CommitInRepository[];
  /** Commit id by tag. */
  readonly tags: ReadonlyMap<string, string>;
  /** Commit id of a pull request's branch, by its number. */
  readonly heads: ReadonlyMap<number, string>;
}

/** Makes `<folder>/acme/<name>.git` for every repository of the story, with the times relative to `now`. */
export async function makeRepositories(folder: string, now: Date): Promise<ReadonlyMap<RepositoryName, Repository>> {
  const made = await Promise.all(repositoryNames.map((name) => makeRepository(folder, name, now)));
  return new Map(made.map((repository) => [repository.name, repository]));
}

async function makeRepository(root: string, name: RepositoryName, now: Date): Promise<Repository> {
  const folder = join(root, owner, `${name}.git`);
  await mkdir(folder, { recursive: true });
  await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main']);
  const plan = planOf(name, now);
  const marks = join(folder, 'marks');
  await git(folder, ['fast-import', '--quiet', `--export-marks=${marks}`], plan.stream);

  const shas = new Map(
    (await readFile(marks, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => [Number(line.slice(1, line.indexOf(' '))), line.slice(line.indexOf(' ') + 1)] as const),
  );
  const shaOf = (mark: number) => {
    const sha = shas.get(mark);
    if (sha === undefined) throw new Error(`git fast-import gave no commit for mark ${mark} of ${name}.`);
    return sha;
  };
  return {
    name,
    fullName: `${owner}/${name}`,
    folder,
    commits: plan.commits.map(({ mark, parentMark, ...commit }) => ({
      ...commit,
      sha: shaOf(mark),
      parent: parentMark === null ? null : shaOf(parentMark),
    })),
    tags: new Map([...plan.tags].map(([tag, mark]) => [tag, shaOf(mark)])),
    heads: new Map([...plan.heads].map(([number, mark]) => [number, shaOf(mark)])),
  };
}

interface PlannedCommit extends Omit<CommitInRepository, 'sha' | 'parent'> {
  readonly mark: number;
  readonly parentMark: number | null;
}

interface Plan {
  readonly stream: string;
  readonly commits: readonly PlannedCommit[];
  readonly tags: ReadonlyMap<string, number>;
  readonly heads: ReadonlyMap<number, number>;
}

/** A stream for git fast-import: pull requests are squashed onto `main`, as GitHub's button does. */
function planOf(name: RepositoryName, now: Date): Plan {
  const commits: PlannedCommit[] = [];
  const tags = new Map<string, number>();
  const heads = new Map<number, number>();
  const stream: string[] = [];
  const known = new Set<string>();
  let mark = 0;

  function commit(fields: { title: string; author: Login; at: Date; files: Files; pullRequest: number | null }): void {
    mark += 1;
    const parentMark = commits.at(-1)?.mark ?? null;
    const paths = Object.keys(fields.files);
    stream.push(commitText({ ...fields, mark, ref: 'refs/heads/main', parentMark }));
    commits.push({
      mark,
      parentMark,
      title: fields.title,
      author: fields.author,
      at: fields.at,
      added: paths.filter((path) => !known.has(path)),
      modified: paths.filter((path) => known.has(path)),
      pullRequest: fields.pullRequest,
    });
    for (const path of paths) known.add(path);
  }

  commit({
    title: `Begin ${name}`,
    author: 'barbara',
    at: minutesBefore(now, 90 * 24 * 60),
    files: beginnings[name],
    pullRequest: null,
  });
  for (const step of day.filter((each) => each.repository === name)) {
    if (step.type === 'pull-request') {
      mark += 1;
      heads.set(step.number, mark);
      const parentMark = commits.at(-1)?.mark ?? null;
      stream.push(
        commitText({
          title: step.title,
          author: step.author,
          at: minutesBefore(now, step.opened),
          files: step.files,
          mark,
          ref: `refs/pull/${step.number}/head`,
          parentMark,
        }),
      );
    }
    if (step.type === 'release') {
      const tagged = commits.at(-1)?.mark ?? 1;
      tags.set(step.tag, tagged);
      stream.push(`reset refs/tags/${step.tag}\nfrom :${tagged}\n\n`);
    }
    const planned = commitOf(step);
    if (planned !== null) commit({ ...planned, at: minutesBefore(now, step.at) });
  }
  return { stream: stream.join(''), commits, tags, heads };
}

function commitOf(step: Step): { title: string; author: Login; files: Files; pullRequest: number | null } | null {
  if (step.type === 'push') return { title: step.title, author: step.author, files: step.files, pullRequest: null };
  if (step.type !== 'pull-request') return null;
  return { title: `${step.title} (#${step.number})`, author: step.author, files: step.files, pullRequest: step.number };
}

function commitText(fields: {
  ref: string;
  mark: number;
  parentMark: number | null;
  title: string;
  author: Login;
  at: Date;
  files: Files;
  pullRequest?: number | null;
}): string {
  const { name, email } = developers[fields.author];
  const seconds = Math.floor(fields.at.getTime() / 1000);
  const squashed = fields.pullRequest !== null && fields.pullRequest !== undefined;
  const committer = squashed ? 'GitHub <noreply@github.com>' : `${name} <${email}>`;
  return [
    `commit ${fields.ref}\nmark :${fields.mark}\n`,
    `author ${name} <${email}> ${seconds} +0000\ncommitter ${committer} ${seconds} +0000\n`,
    data(`${fields.title}\n`),
    fields.parentMark === null ? '' : `from :${fields.parentMark}\n`,
    ...Object.entries(fields.files).map(([path, content]) => `M 100644 inline ${path}\n${data(content)}`),
    '\n',
  ].join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

/** Runs git in a folder, apart from the settings of whoever runs it. Throws with git's own words when it fails. */
export async function git(folder: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('git', [...args], {
    cwd: folder,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaints += chunk));
  // A git that reads no input may be gone before it is given; whether it did its work, its exit code says.
  child.stdin.on('error', () => undefined).end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${complaints.trim()}`);
  return output;
}
