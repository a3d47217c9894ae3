import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Repository, makeRepository } from '../../test/repository.ts';
import { mirrorWith } from './mirror.ts';
import { commitsBetween } from './range.ts';
import { type GitOrigin, runGit } from './run-git.ts';

const name = 'acme/checkout';
const nowhere = 'f'.repeat(40);
let folder: string;
let origin: GitOrigin;
let source: Repository;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sincewhen-git-'));
  source = makeRepository(join(folder, 'origin'), name);
  origin = { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'mirrors') };
  return () => rmSync(folder, { recursive: true, force: true });
});

function inSource(...args: readonly string[]): string {
  const gitDir = join(folder, 'origin', `${name}.git`);
  return execFileSync('git', [`--git-dir=${gitDir}`, ...args], { encoding: 'utf8' }).trim();
}

function filesUnder(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((file) => join(path, file))
    .filter((file) => statSync(file).isFile());
}

describe('a mirror', () => {
  it('is cloned when it is first asked for, brought up to date when it lacks a commit, and left alone otherwise', async () => {
    const one = source.commit('One');
    const first = await mirrorWith(origin, name, [one]);
    const two = source.commit('Two');
    const second = await mirrorWith(origin, name, [one, two]);
    rmSync(join(folder, 'origin'), { recursive: true });

    expect(first).toEqual({ outcome: 'mirrored', gitDir: join(folder, 'mirrors', `${name}.git`) });
    expect(second).toEqual(first);
    expect(await mirrorWith(origin, name, [one, two])).toEqual(first);
  });

  it('is whole for each of several who ask at once', async () => {
    const one = source.commit('One');
    const first = await Promise.all([1, 2, 3].map(() => mirrorWith(origin, name, [one])));
    const two = source.commit('Two');
    const second = await Promise.all([1, 2, 3].map(() => mirrorWith(origin, name, [two])));

    expect([...first, ...second].map((each) => each.outcome)).toEqual(Array.from({ length: 6 }, () => 'mirrored'));
    expect(readdirSync(join(folder, 'mirrors', 'acme'))).toEqual(['checkout.git']);
  });

  it('keeps what a forced push threw away', async () => {
    const one = source.commit('One');
    const two = source.commit('Two');
    await mirrorWith(origin, name, [two]);
    source.branch('main', one);
    const three = source.commit('Three');

    expect(await mirrorWith(origin, name, [two, three])).toMatchObject({ outcome: 'mirrored' });
  });

  it('gets a commit that no branch holds any more', async () => {
    const one = source.commit('One');
    await mirrorWith(origin, name, [one]);
    const two = source.commit('Two');
    source.branch('main', one);

    expect(await mirrorWith(origin, name, [two])).toMatchObject({ outcome: 'mirrored' });
  });

  it('finds place for a branch whose name begins with that of one that is gone', async () => {
    source.branch('fix', source.commit('One'));
    await mirrorWith(origin, name, [inSource('rev-parse', 'fix')]);
    inSource('update-ref', '-d', 'refs/heads/fix');
    source.branch('fix/login', inSource('rev-parse', 'main'));
    const two = source.commit('Two', { on: 'fix/login' });
    const { gitDir } = { gitDir: '', ...(await mirrorWith(origin, name, [two])) };

    expect(await runGit(origin, ['rev-parse', 'refs/heads/fix/login'], { gitDir, timeout: 10_000 })).toEqual({
      outcome: 'done',
      output: `${two}\n`,
    });
  });

  it('leaves out pull requests that were never merged', async () => {
    const one = source.commit('One');
    inSource('update-ref', 'refs/pull/7/head', one);
    const { gitDir } = { gitDir: '', ...(await mirrorWith(origin, name, [one])) };

    expect(await runGit(origin, ['for-each-ref', '--format=%(refname)'], { gitDir, timeout: 10_000 })).toEqual({
      outcome: 'done',
      output: 'refs/heads/main\n',
    });
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a repository that is not there', 'acme/nothing', nowhere, false],
    ['a commit that is not there', name, nowhere, false],
    ['a short commit', name, 'abc1234', false],
    ['an option in the place of a commit', name, '--upload-pack=touch /tmp/x', false],
    ['an option in the place of a name', '--upload-pack=x/y', nowhere, false],
  ])('%s: nothing says that trying again helps', async (_, repository, commit, again) => {
    source.commit('One');
    const read = await mirrorWith(origin, repository, [commit]);

    expect(read).toMatchObject({ outcome: 'unreadable', again });
    expect(readdirSync(folder)).toEqual(expect.not.arrayContaining(['x']));
  });

  it('a server that does not answer may be asked again', async () => {
    const read = await mirrorWith({ ...origin, baseUrl: 'http://127.0.0.1:9' }, name, [nowhere]);

    expect(read).toMatchObject({ outcome: 'unreadable', again: true });
  });

  it.each([
    [404, false],
    [401, false],
    [503, true],
  ])('a server that answers %i: again is %s', async (status, again) => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const read = await mirrorWith({ ...origin, baseUrl: `http://127.0.0.1:${port}`, token: 'hushed' }, name, [nowhere]);
    server.close();

    expect(read).toMatchObject({ outcome: 'unreadable', again });
    expect(JSON.stringify(read)).not.toContain('hushed');
    // In the clear, no token travels.
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});

it('git ends when told to', async () => {
  const ending = new AbortController();
  const running = runGit({ ...origin, signal: ending.signal }, ['cat-file', '--batch'], { timeout: 60_000 });
  ending.abort();

  expect(await running).toMatchObject({ outcome: 'failed', code: null });
});

it('the token goes to its own https server only, and never to a file', async () => {
  const guarded = { ...origin, baseUrl: 'https://git.example.com/hosted', token: 'hushed' };
  const header = (url: string) =>
    runGit(guarded, ['config', '--get-urlmatch', 'http.extraHeader', url], { timeout: 10_000 });
  const basic = Buffer.from('x-access-token:hushed').toString('base64');

  expect(await header('https://git.example.com/hosted/acme/checkout')).toEqual({
    outcome: 'done',
    output: `Authorization: Basic ${basic}\n`,
  });
  expect(await header('https://elsewhere.example.com/acme/checkout')).toMatchObject({ outcome: 'failed' });
  expect(await header('http://git.example.com/acme/checkout')).toMatchObject({ outcome: 'failed' });

  await mirrorWith({ ...origin, token: 'hushed' }, name, [source.commit('One')]);
  const text = filesUnder(join(folder, 'mirrors')).map((file) => readFileSync(file, 'latin1'));
  expect(text.length).toBeGreaterThan(3);
  expect(text.filter((each) => each.includes('hushed') || each.includes(basic))).toEqual([]);
});

describe('the commits between two', () => {
  async function between(from: string, to: string) {
    const mirrored = await mirrorWith(origin, name, [from, to]);
    if (mirrored.outcome === 'unreadable') throw new Error(mirrored.why);
    return commitsBetween(origin, mirrored.gitDir, from, to);
  }

  it('are those that the later has and the earlier has not, newest first', async () => {
    const [one, two, three] = [source.commit('One'), source.commit('Two'), source.commit('Three')];
    const author = { name: 'Ada', email: 'ada@example.com' };

    expect(await between(one, three)).toEqual({
      outcome: 'range',
      range: {
        direction: 'forward',
        total: 2,
        lost: 0,
        firstAuthoredAt: expect.any(String),
        commits: [
          { sha: three, title: 'Three', author },
          { sha: two, title: 'Two', author },
        ],
      },
    });
    expect(await between(three, one)).toMatchObject({ range: { direction: 'backward', total: 2, lost: 2 } });
    expect(await between(one, one)).toMatchObject({ range: { direction: 'forward', total: 0, lost: 0, commits: [] } });
  });

  it('are counted in all and listed up to 250', async () => {
    const first = source.commit('First');
    const stream = Array.from(
      { length: 251 },
      (_, n) =>
        `commit refs/heads/main\ncommitter A <a@example.com> ${1_800_000_000 + n} +0000\ndata 1\nx\n${n === 0 ? `from ${first}\n` : ''}\n`,
    );
    execFileSync('git', [`--git-dir=${join(folder, 'origin', `${name}.git`)}`, 'fast-import', '--quiet'], {
      input: stream.join(''),
    });
    const read = await between(first, inSource('rev-parse', 'main'));

    expect(read).toMatchObject({ outcome: 'range', range: { total: 251 } });
    expect(read.outcome === 'range' ? read.range.commits.length : 0).toBe(250);
  });

  it('are not told when the versions have no history in common', async () => {
    const one = source.commit('One');
    const other = source.commit('Other', { on: 'orphan' });

    expect(await between(one, other)).toEqual({
      outcome: 'unreadable',
      why: 'the versions have no history in common',
      again: false,
    });
  });

  it('have titles that can be stored and shown, whatever was written', async () => {
    const one = source.commit('One');
    const two = source.commit(`a\u001fb\u001e ${'x'.repeat(294)}\u{1f600}\u{1f600}\u202e`);
    const read = await between(one, two);
    const [commit] = read.outcome === 'range' ? read.range.commits : [];

    expect(commit?.sha).toBe(two);
    expect(commit?.title).toBe(`ab ${'x'.repeat(294)}\u{1f600}\u{1f600}`);
    expect(commit?.title.isWellFormed()).toBe(true);
  });
});
