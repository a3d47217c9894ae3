import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { type WorkTree, makeWorkTree } from '../../test/work-tree.ts';
import { cherryPickMessage } from '../domain/backports/cherry-pick-message.ts';
import { pickCommits } from './pick.ts';
import type { GitOrigin } from './run-git.ts';
import { sweepScratches, withScratch } from './scratch.ts';

const at = new Date('2026-11-20T16:00:00Z');
const lines = (...changed: readonly string[]) =>
  Array.from({ length: 12 }, (_, line) => changed[line] ?? `line ${line}`).join('\n');
let folder: string;
let origin: GitOrigin;
let repo: WorkTree;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-pick-'));
  origin = { baseUrl: pathToFileURL(folder).href, token: null, folder: join(folder, 'git') };
  mkdirSync(origin.folder);
  repo = makeWorkTree(join(folder, 'work'));
  repo.commit('Begin', { 'a.txt': lines(), 'b.txt': lines() });
  repo.git('branch', 'release');
  repo.commit('Work goes on', { 'README.md': 'read me\n' });
  return () => rmSync(folder, { recursive: true, force: true });
});

function on(branch: string, message: string, files: Parameters<WorkTree['commit']>[1]): string {
  repo.git('checkout', '--quiet', branch);
  const commit = repo.commit(message, files, { name: 'Zoë', email: 'zoe@example.com' });
  repo.git('checkout', '--quiet', 'main');
  return commit;
}

/** What was made is brought to the repository, to be looked at. */
function pick(...commits: readonly string[]) {
  return withScratch(origin, repo.gitDir, async (scratch) => {
    const picked = await pickCommits(scratch, { onto: repo.git('rev-parse', 'main'), commits, at });
    if (picked.outcome === 'clean') repo.git('fetch', '--quiet', scratch.gitDir, `${picked.head}:refs/heads/picked`);
    return picked;
  }).finally(() => undefined);
}

/** What git itself makes of it. */
function cherryPicked(...args: readonly string[]): { tree: string; message: string } {
  repo.git('checkout', '--quiet', '-B', 'theirs', 'main');
  repo.git('cherry-pick', '-x', ...args);
  const made = { tree: repo.git('rev-parse', 'HEAD^{tree}'), message: repo.git('log', '-1', '--format=%B') };
  repo.git('checkout', '--quiet', 'main');
  return made;
}

function made() {
  const show = (format: string) => repo.git('log', '-1', `--format=${format}`, 'picked');
  return { tree: show('%T'), message: show('%B'), author: show('%an <%ae> %at'), committer: show('%cn %ct') };
}

describe('a fix that applies', () => {
  it('becomes what git cherry-pick -x makes, by the same author, as ours', async () => {
    const fix = on('release', 'Cap the batch\n\nIt was too large.', { 'a.txt': lines('first') });

    expect(await pick(fix)).toMatchObject({ outcome: 'clean', made: [{ from: fix }] });
    expect(made()).toMatchObject(cherryPicked(fix));
    expect(made()).toMatchObject({
      author: repo.git('log', '-1', '--format=%an <%ae> %at', fix),
      committer: `Sincewhen ${at.getTime() / 1000}`,
    });
  });

  it('of several commits becomes as many, oldest first, without what is there already', async () => {
    const [one, two] = [
      on('release', 'One', { 'a.txt': lines('one') }),
      on('release', 'Two', { 'a.txt': lines('one', 'two') }),
    ];
    repo.git('cherry-pick', one);
    const three = on('release', 'Three', { 'a.txt': lines('one', 'two', 'three') });
    const picked = await pick(one, two, three);

    expect(picked).toMatchObject({ outcome: 'clean', made: [{ from: two }, { from: three }] });
    expect(repo.git('log', '--format=%s', 'main..picked').split('\n')).toEqual(['Three', 'Two']);
  });

  it('that came by a merge is what that brought to its first parent', async () => {
    repo.git('checkout', '--quiet', '-b', 'side', 'release');
    repo.commit('Side one', { 'a.txt': lines('one') });
    repo.commit('Side two', { 'b.txt': lines('two') });
    on('release', 'Beside it', { 'a.txt': `${lines()}\nlast` });
    repo.git('checkout', '--quiet', 'release');
    repo.git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #7', 'side');
    const merge = repo.head();
    repo.git('checkout', '--quiet', 'main');

    expect(await pick(merge)).toMatchObject({ outcome: 'clean', made: [{ from: merge }] });
    expect(made()).toMatchObject(cherryPicked('-m', '1', merge));
  });

  it('is the same, made again at the same time', async () => {
    const fix = on('release', 'Cap the batch', { 'a.txt': lines('first') });

    expect(await pick(fix)).toEqual(await pick(fix));
  });

  it('follows a file to its new name', async () => {
    repo.git('mv', 'a.txt', 'moved.txt');
    repo.commit('Move it', {});
    const fix = on('release', 'Cap the batch', { 'a.txt': lines('first') });

    expect(await pick(fix)).toMatchObject({ outcome: 'clean' });
    expect(repo.git('show', 'picked:moved.txt')).toContain('first');
  });

  it('keeps bytes that are no UTF-8, in names, in the author’s name and in the message', async () => {
    const raw = (text: string) => Buffer.from(text, 'latin1');
    const blob = execFileSync('git', ['-C', join(folder, 'work'), 'hash-object', '-w', '--stdin'], { input: 'x\n' });
    const tree = execFileSync('git', ['-C', join(folder, 'work'), 'mktree', '-z'], {
      input: Buffer.concat([
        Buffer.from(`100644 blob ${blob.toString().trim()}\t`),
        raw('quote"line\nb\xfcro;$(touch x)'),
        raw('\0'),
      ]),
    });
    const parent = repo.git('rev-parse', 'release');
    const content = Buffer.concat([
      Buffer.from(`tree ${tree.toString().trim()}\nparent ${parent}\nauthor `),
      raw('J\xfcrgen <j@example.com> 1700000000 +0100\n'),
      Buffer.from('committer Ada <ada@example.com> 1700000000 +0000\nencoding ISO-8859-1\n\n'),
      raw('--amend f\xfcr alle\n'),
    ]);
    const fix = execFileSync('git', ['-C', join(folder, 'work'), 'hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: content,
    });
    repo.git('branch', '--force', 'release', fix.toString().trim());
    // It removes the two others, which main has not touched.
    expect(await pick(fix.toString().trim())).toMatchObject({ outcome: 'clean' });
    expect(made()).toMatchObject({
      author: 'Jürgen <j@example.com> 1700000000',
      message: `--amend für alle\n\n(cherry picked from commit ${fix.toString().trim()})`,
    });
    expect(repo.git('ls-tree', 'picked')).toContain(String.raw`"quote\"line\nb\374ro;$(touch x)"`);
  });

  it('and is there in whole leaves nothing to do', async () => {
    const fix = on('release', 'Cap the batch', { 'a.txt': lines('first') });
    on('main', 'The same by hand', { 'a.txt': lines('first') });

    expect(await pick(fix)).toEqual({ outcome: 'nothing' });
  });
});

describe('a fix that does not apply', () => {
  it('names the files, and what changed them before it and did not come', async () => {
    const [wide, narrow] = [
      on('release', 'Rewrite the batch', { 'a.txt': lines('wide') }),
      on('release', 'And again', { 'a.txt': lines('wider'), 'c.txt': 'new\n' }),
    ];
    on('release', 'Elsewhere', { 'b.txt': lines('b') });
    const fix = on('release', 'Cap the batch', { 'a.txt': lines('widest') });

    expect(await pick(fix)).toEqual({
      outcome: 'conflicts',
      commit: fix,
      files: ['a.txt'],
      before: [
        { commit: wide, title: 'Rewrite the batch' },
        { commit: narrow, title: 'And again' },
      ],
    });
  });

  it('does not count its own commits among them', async () => {
    const one = on('release', 'One', { 'b.txt': lines('one') });
    on('release', 'Lacking', { 'b.txt': lines('two') });
    const two = on('release', 'Two', { 'b.txt': lines('three') });

    expect(await pick(one, two)).toMatchObject({ outcome: 'conflicts', commit: two, before: [{ title: 'Lacking' }] });
  });

  it('to a file with a strange name names it in one line and finds its history', async () => {
    const strange = 'a\nb "c" [d]*?\\ü.txt';
    repo.commit('Add', { [strange]: lines() });
    repo.git('branch', '--force', 'release', 'main');
    const before = on('release', 'Before <!channel>', { [strange]: lines('one') });
    const fix = on('release', 'Fix', { [strange]: lines('two') });

    expect(await pick(fix)).toMatchObject({
      files: ['a b "c" [d]*?\\ü.txt'],
      before: [{ commit: before, title: 'Before <!channel>' }],
    });
  });
});

describe('what cannot be told', () => {
  it('is what a history that is cut off does not hold', async () => {
    const fix = on('release', 'Fix', { 'a.txt': lines('fix') });
    const shallow = join(folder, 'shallow.git');
    repo.git('clone', '--quiet', '--bare', '--depth=1', '--no-single-branch', pathToFileURL(repo.gitDir).href, shallow);
    const picked = await withScratch(origin, shallow, (scratch) =>
      pickCommits(scratch, { onto: repo.git('rev-parse', 'main'), commits: [fix], at }),
    );

    expect(picked).toEqual({ outcome: 'unknown', why: expect.stringContaining('is cut off before') });
  });

  it.each([
    ['a commit that is not there', ['f'.repeat(40)]],
    ['more commits than a fix has', Array.from({ length: 101 }, () => 'f'.repeat(40))],
  ])('is %s', async (_, commits) => {
    expect(await pick(...commits)).toMatchObject({ outcome: 'unknown' });
  });
});

describe('the scratch', () => {
  it('leaves the mirror as it was, and is gone afterwards, also when the work fails', async () => {
    const fix = on('release', 'Fix', { 'a.txt': lines('fix') });
    const objects = () => readdirSync(join(repo.gitDir, 'objects'), { recursive: true, encoding: 'utf8' }).toSorted();
    const [before, refs] = [objects(), repo.git('for-each-ref')];
    await withScratch(origin, repo.gitDir, (scratch) =>
      pickCommits(scratch, { onto: repo.git('rev-parse', 'main'), commits: [fix], at }),
    );
    await expect(withScratch(origin, repo.gitDir, () => Promise.reject(new Error('the disk is full')))).rejects.toThrow(
      'the disk is full',
    );

    expect([objects(), repo.git('for-each-ref')]).toEqual([before, refs]);
    expect(readdirSync(join(origin.folder, '.scratch'))).toEqual([]);
  });

  it('of a process that was killed is swept, and not that of one that is at work', async () => {
    const scratches = join(origin.folder, '.scratch');
    const here = hostname().replaceAll(/[^\w-]/g, '-');
    const killed = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    const names = [
      `${here}.${killed}.a`,
      `${here}.${process.pid}.b`,
      `${here}.${process.ppid}.c`,
      'other.7.d',
      'other.8.e',
    ];
    for (const name of names) mkdirSync(join(scratches, name, 'objects'), { recursive: true });
    const old = new Date(at.getTime() - 7_200_000);
    utimesSync(join(scratches, 'other.8.e'), old, old);
    for (const name of names.slice(0, 4)) utimesSync(join(scratches, name), at, at);

    expect(await sweepScratches(origin, at)).toBe(3);
    expect(readdirSync(scratches).toSorted()).toEqual([`${here}.${process.ppid}.c`, 'other.7.d'].toSorted());
    expect(statSync(scratches).isDirectory()).toBe(true);
    expect(await sweepScratches({ folder: join(folder, 'nowhere') }, at)).toBe(0);
  });
});

describe('the message of a pick', () => {
  it.each([
    ['a title', 'Title'],
    ['a body', 'Title\n\nBody of it.'],
    ['trailers', 'Title\n\nBody.\n\nSigned-off-by: A <a@example.com>\nReviewed-by: B'],
    ['trailers that go on', 'Title\n\nSigned-off-by: A\n  and so on'],
    ['a pick of a pick', `Title\n\n(cherry picked from commit ${'1'.repeat(40)})`],
    ['trailers among text', 'Title\n\nBody.\n\nSee: this\nand that\nSigned-off-by: A'],
    ['text with a colon', 'Title\n\nBody.\n\nSee: this\nand that'],
    ['a title like a trailer', 'fix: the batch'],
    ['lines at its end', 'Title\n\nBody.\n\n\n'],
  ])('with %s is as git writes it', (_, message) => {
    const fix = on('release', message, { 'a.txt': lines('first') });

    expect(cherryPickMessage(repo.git('log', '-1', '--format=%B', fix), fix).trim()).toBe(cherryPicked(fix).message);
  });
});
