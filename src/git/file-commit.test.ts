import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type WorkTree, makeWorkTree } from '../../test/work-tree.ts';
import { lastCommitOf } from './file-commit.ts';

const path = process.env['PATH'] ?? '';
const settings = 'services: { checkout: {} }\n';
let folder: string;
let tree: WorkTree;
let file: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sincewhen-file-commit-')));
  tree = makeWorkTree(join(folder, 'tree'));
  file = join(folder, 'tree', 'deploy', 'sincewhen.yml');
});
afterEach(() => rmSync(folder, { recursive: true }));

function last(of = file, environment: Readonly<Record<string, string>> = {}) {
  return lastCommitOf({ folder: join(folder, 'own'), environment: { PATH: path, ...environment } }, of);
}

it('names who committed a file last, and with which words', async () => {
  tree.commit('Begin', { 'deploy/sincewhen.yml': 'services: {}\n', 'README.md': 'Hi' });
  const commit = tree.commit('Know of checkout\n\nIt is new.', { 'deploy/sincewhen.yml': settings });
  tree.commit('Say more', { 'README.md': 'Hello' }, { name: 'Grace', email: 'grace@example.com' });

  expect(await last()).toEqual({ commit, author: 'Ada', subject: 'Know of checkout', text: settings });
});

it('follows a link to where the file is', async () => {
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings });
  symlinkSync(file, join(folder, 'linked.yml'));

  expect(await last(join(folder, 'linked.yml'))).toMatchObject({ author: 'Ada' });
});

it('knows the author of what a branch brought', async () => {
  tree.commit('Begin', { 'deploy/sincewhen.yml': 'services: {}\n' });
  tree.git('checkout', '--quiet', '-b', 'work');
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings }, { name: 'Grace', email: 'g@example.com' });
  tree.git('checkout', '--quiet', 'main');
  tree.git('merge', '--quiet', '--no-ff', '-m', 'Merge work', 'work');

  expect(await last()).toMatchObject({ author: 'Grace', subject: 'Know of checkout' });
});

it.each([
  ['is not as it was committed', () => writeFileSync(file, `${settings}# more\n`)],
  ['is in the index alone', () => (writeFileSync(file, 'people: []\n'), tree.git('add', '--all'))],
  ['is not committed at all', () => tree.git('rm', '--quiet', '--cached', 'deploy/sincewhen.yml')],
  ['is gone', () => rmSync(file)],
  ['was committed by nobody', () => rewrite(['--author', '\u202E <a@example.com>', '-m', 'Edit'])],
  ['was committed without a word', () => rewrite(['--allow-empty-message', '-m', ''])],
])('knows nobody of a file that %s', async (what, happens) => {
  tree.commit('Begin', {});
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings });
  expect(await last()).not.toBeNull();
  happens();

  if (what.startsWith('is not committed')) tree.git('commit', '--quiet', '-m', 'Forget it');
  expect(await last()).toBeNull();
});

function rewrite(args: readonly string[]): void {
  tree.git('commit', '--quiet', '--amend', '--allow-empty', ...args);
}

it('knows nobody of a file outside a work tree, as in a ConfigMap', async () => {
  const mounted = join(folder, 'mounted');
  mkdirSync(join(mounted, '..2026_11_20'), { recursive: true });
  writeFileSync(join(mounted, '..2026_11_20', 'sincewhen.yml'), settings);
  symlinkSync('..2026_11_20', join(mounted, '..data'));
  symlinkSync(join('..data', 'sincewhen.yml'), join(mounted, 'sincewhen.yml'));

  expect(await last(join(mounted, 'sincewhen.yml'))).toBeNull();
});

it('knows nobody where there is no git, and in a work tree of somebody else', async () => {
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings });

  expect(await last(file, { PATH: join(folder, 'nothing') })).toBeNull();
  // By this git tests itself.
  expect(await last(file, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })).toBeNull();
});

it('does not take the one commit of a shallow clone for the one that touched the file', async () => {
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings });
  tree.commit('Say more', { 'README.md': 'Hello' }, { name: 'Grace', email: 'grace@example.com' });
  const clone = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${join(folder, 'tree')}`, clone], {
    env: { PATH: path, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  expect(await last(join(clone, 'deploy', 'sincewhen.yml'))).toBeNull();
});

it('runs nothing that the repository names, and changes nothing in it', async () => {
  tree.commit('Know of checkout', { 'deploy/sincewhen.yml': settings });
  const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----';
  const raw = tree.git('cat-file', 'commit', 'HEAD').replace(/^committer .*$/m, (line) => `${line}\n${signature}`);
  writeFileSync(join(folder, 'signed'), `${raw}\n`);
  tree.git('update-ref', 'HEAD', tree.git('hash-object', '-t', 'commit', '-w', join(folder, 'signed')));
  const trap = join(folder, 'trap');
  writeFileSync(trap, `#!/bin/sh\ntouch '${join(folder, 'sprung')}'\n`);
  chmodSync(trap, 0o755);
  for (const key of ['core.fsmonitor', 'core.pager', 'gpg.program', 'diff.external', 'filter.f.clean']) {
    tree.git('config', key, trap);
  }
  tree.git('config', 'log.showSignature', 'true');
  mkdirSync(join(tree.gitDir, 'info'));
  writeFileSync(join(tree.gitDir, 'info', 'attributes'), '* filter=f\n');
  const before = execFileSync('ls', ['-lR', '--full-time', tree.gitDir], { encoding: 'utf8' });

  expect(await last()).toMatchObject({ author: 'Ada' });

  expect(execFileSync('ls', ['-lR', '--full-time', tree.gitDir], { encoding: 'utf8' })).toBe(before);
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).not.toContain('sprung');
});

it('keeps names and words to one line of a length that can be shown', async () => {
  const name = `Ada\u202E \u0007${'x'.repeat(1000)}`;
  tree.commit('Begin', {});
  tree.commit(
    `Know\tof <!channel> ${'y'.repeat(2000)}`,
    { 'deploy/sincewhen.yml': settings },
    { name, email: 'a@b.c' },
  );
  const found = await last();

  expect(found?.author.length).toBeLessThanOrEqual(200);
  expect(found?.subject.length).toBeLessThanOrEqual(300);
  expect(`${found?.author}${found?.subject}`).not.toMatch(/[\p{Cc}\u202E]/u);
});
